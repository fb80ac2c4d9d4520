/**
 * Neighbours of which an ICMP error says that nobody is there, as when their link process was killed. Anybody who knows both
 * addresses can forge one, so it is a reason to ask, and no more:
 *
 *   error ─▶ three probes in 40 ms ─ something is heard ─▶ nothing happened
 *                                  └ silence of two round trips ─▶ down for a moment: the node takes another way, and says
 *                                                                  hello again
 *
 * On a path where hellos find out as soon, and where no round trip is known yet, it is left to them. So is a neighbour that was
 * taken down for an error within the last minute: a forger whose error coincides with lost probes succeeds once a minute at most.
 */
import { type IpEndpoint, sameEndpoint } from "@flor/host/datagram";
import { type Instant, RateBudget } from "@flor/machine";
import { explainCode } from "./address-check.ts";
import type { PortTable } from "./port-table.ts";
import type { Probing } from "./probing.ts";
import type { UdpPort } from "./udp-port.ts";

/** Probes after an error, and how far apart: one or two may be lost. */
const PROBES = 3;
const PROBE_PAUSE_MS = 20;
/** Silence for this long after the first probe means that nobody is there: a round trip around the earth, and a busy neighbour. */
const SILENT_MS = 300;
/** On a longer path two round trips and this: queues on the way grow. */
const QUEUES_MS = 100;
/** What takes longer is found out by hellos. */
const SILENT_MAX_MS = 800;
/** A neighbour is asked no more often than this, however many errors come, */
export const DOUBT_PAUSE_MS = 1000;
/** and left for them no more often than this. */
export const REFUSAL_PAUSE_MS = 60_000;
/** What is heard sooner after the error lay in the kernel already. */
const STALE_MS = 15;
/** One that was not heard for this long is down already. */
const HEARD_MAX_MS = 2000;
/** Errors looked at a second: each may be forged, and its neighbour is looked for among all. */
export const ERRORS_PER_SECOND = 32;
/** Neighbours doubted at once. */
export const DOUBTS_MAX = 64;

/** What says that a datagram reached nobody, for people. */
const NOBODY: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", explainCode("ECONNREFUSED")],
  ["EHOSTUNREACH", explainCode("EHOSTUNREACH")],
  ["EHOSTDOWN", explainCode("EHOSTUNREACH")],
  ["ENETUNREACH", "a router on the way has no route there (ICMP: network unreachable)"],
]);

/** When something is done later. */
export interface DoubtsClock {
  readonly now: () => Instant;
  readonly later: (run: () => void, ms: number) => void;
}

const CLOCK: DoubtsClock = {
  now: () => performance.now(),
  later: (run, ms) => void setTimeout(run, ms).unref(),
};

/** Asks doubtful neighbours whether they are there. */
export class Doubts {
  readonly #ports: PortTable;
  readonly #probing: Pick<Probing, "ask">;
  readonly #count: (name: string) => void;
  readonly #clock: DoubtsClock;
  readonly #errors = new RateBudget(ERRORS_PER_SECOND);
  readonly #doubted = new Set<UdpPort>();

  constructor(
    ports: PortTable,
    probing: Pick<Probing, "ask">,
    count: (name: string) => void,
    clock: DoubtsClock = CLOCK,
  ) {
    this.#ports = ports;
    this.#probing = probing;
    this.#count = count;
    this.#clock = clock;
  }

  /** A datagram to `to` met an error. */
  handleError(code: string, to: IpEndpoint): void {
    this.#count(`error.${code}`);
    const now = this.#clock.now();
    const problem = NOBODY.get(code);
    if (problem === undefined || !this.#errors.take(1, now)) return;
    for (const port of this.#ports.all)
      if (port.endpoint !== undefined && sameEndpoint(port.endpoint, to))
        this.#doubt(port, port.endpoint, problem, now);
  }

  #doubt(port: UdpPort, endpoint: IpEndpoint, problem: string, at: Instant): void {
    const silentMs = silentAfter(port);
    const isDown = port.cut !== "" || at - port.heardAt > HEARD_MAX_MS || port.refusedAt >= port.heardAt;
    if (isDown || silentMs === undefined || this.#doubted.has(port) || this.#doubted.size >= DOUBTS_MAX) return;
    if (at - port.doubtedAt < DOUBT_PAUSE_MS || at - port.refusedAt < REFUSAL_PAUSE_MS) return;
    this.#doubted.add(port);
    port.doubtedAt = at;
    this.#count("doubts");
    const isOver = (): boolean =>
      port.endpoint !== endpoint || port.heardAt > at + STALE_MS || this.#ports.byNumber[port.number] !== port;
    for (let probe = 0; probe < PROBES; probe += 1)
      this.#clock.later(() => isOver() || this.#probing.ask(port), STALE_MS + probe * PROBE_PAUSE_MS);
    this.#clock.later(() => {
      this.#doubted.delete(port);
      if (!isOver()) this.#refuse(port, problem);
    }, STALE_MS + silentMs);
  }

  /** Down, and at once tried again: who is behind a NAT may be found by our frames alone. */
  #refuse(port: UdpPort, problem: string): void {
    const now = this.#clock.now();
    port.refusedAt = now;
    this.#ports.setProblem(port, problem);
    if (port.cut !== "") return;
    this.#ports.setCut(port, problem, now);
    this.#clock.later(() => {
      const isGone = this.#ports.byNumber[port.number] !== port;
      if (!isGone && port.cut === problem) this.#ports.setCut(port, "", this.#clock.now());
    }, PROBE_PAUSE_MS);
  }
}

/** How long a neighbour that is there may say nothing after it was asked; `undefined`: for so long that hellos know it sooner. */
function silentAfter({ path, isProvisional }: UdpPort): number | undefined {
  // A stranger answers no probes.
  if (path.roundTripMs === undefined || isProvisional) return undefined;
  const silentMs = Math.max(SILENT_MS, 2 * path.roundTripMs + QUEUES_MS);
  return silentMs <= SILENT_MAX_MS ? silentMs : undefined;
}
