import type { CheckConfig } from "@flor/config";
import { probe, type ProbePlace } from "@flor/host";
import { HealthState } from "@flor/service";

/** What is looked after. */
export interface CheckedTarget {
  /** `db.team` */
  readonly name: string;
  readonly place: ProbePlace;
  readonly targetText: string;
  readonly check: CheckConfig;
}

/** What became of a check. */
export interface HealthObserver {
  /** @param reason why it is not up, for people; empty: it is */
  handleHealth(name: string, isUp: boolean, reason: string): void;
}

interface RunningCheck {
  readonly target: CheckedTarget;
  readonly state: HealthState;
  timer: NodeJS.Timeout | undefined;
  isStopped: boolean;
  /** Checks that are not waited for: a service that starts is wanted. */
  hasty: number;
}

/** Looks after the targets of this node's services, each by itself: a check that hangs delays no other. */
export class HealthChecks {
  readonly #observer: HealthObserver;
  readonly #running = new Map<string, RunningCheck>();

  constructor(observer: HealthObserver) {
    this.#observer = observer;
  }

  /** Looks after a target from now on; in place of the one of that name. */
  start(target: CheckedTarget): void {
    this.stop(target.name);
    const state = new HealthState(target.check.times, performance.now());
    const running: RunningCheck = {
      target,
      state,
      timer: undefined,
      isStopped: false,
      hasty: target.check.times.rise - 1,
    };
    this.#running.set(target.name, running);
    void this.#check(running);
  }

  stop(name: string): void {
    const running = this.#running.get(name);
    if (running === undefined) return;
    this.#running.delete(name);
    running.isStopped = true;
    clearTimeout(running.timer);
  }

  close(): void {
    for (const name of this.#running.keys()) this.stop(name);
  }

  async #check(running: RunningCheck): Promise<void> {
    const { target, state } = running;
    const { name, place, check, targetText } = target;
    const environment = { FLOR_SERVICE: name, FLOR_TARGET: targetText };
    const error = await probe(place, check, { timeoutMs: check.timeoutMs, environment });
    if (running.isStopped) return;
    const now = performance.now();
    state.handleResult(error, now);
    this.#observer.handleHealth(name, state.isUp, reasonOf(state, now));
    const isHasty = error === undefined && running.hasty > 0;
    running.hasty = isHasty ? running.hasty - 1 : 0;
    const next = isHasty ? now : state.nextCheck(now, Math.random());
    running.timer = setTimeout(() => void this.#check(running), next - now);
  }
}

function reasonOf(state: HealthState, now: number): string {
  if (state.isUp) return state.lastError === "" ? "" : `the last check failed: ${state.lastError}`;
  if (state.isHeldDown(now)) return "it changed too often: held down for 30 s";
  return state.lastError === "" ? "not checked often enough yet" : `its check fails: ${state.lastError}`;
}
