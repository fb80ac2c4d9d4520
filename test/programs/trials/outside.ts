/** What trials from outside share: a flow whose octets are known, a stream of datagrams beside it, and what is told of both. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Namespace } from "@flor/testkit";
import { Probe, type ProbePlace } from "../../netns/probe.ts";
import { SteadySource } from "../../netns/steady-source.ts";
import { WatchedFlow } from "../../netns/watched-flow.ts";
import { atMost, type Tell } from "./trial.ts";

const LOOK_MS = 10;
const NEVER_MS = 60_000;

/** Tells of a time. */
export function tellMs(tell: Tell, what: string, ms: number, mostMs: number): void {
  tell(atMost(what, ms, mostMs, "ms"));
}

/** Tells of something that must be so. */
export function tellSo(tell: Tell, what: string, holds: boolean, seen: string = holds ? "so" : "not so"): void {
  tell({ what, seen, wanted: "so", holds });
}

/** Looks until something is so; how long it took, milliseconds, Infinity after a minute. */
export async function msUntil(isSo: () => Promise<boolean>, mostMs: number = NEVER_MS): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < mostMs) {
    if (await isSo()) return performance.now() - began;
    await sleep(LOOK_MS);
  }
  return Infinity;
}

/** Where flows go in and come out. */
export interface FlowEnds {
  readonly client: Namespace;
  readonly socksPort: number;
  readonly target: Namespace;
  readonly targetAddress: string;
  readonly probe: readonly [ProbePlace, ProbePlace];
}

/** A TCP stream whose octets are known, and a datagram a millisecond, between the same two. */
export class Traffic implements AsyncDisposable {
  readonly #probe: Probe;
  readonly #flow: WatchedFlow;
  readonly #owned: AsyncDisposableStack;

  private constructor(probe: Probe, flow: WatchedFlow, owned: AsyncDisposableStack) {
    this.#probe = probe;
    this.#flow = flow;
    this.#owned = owned;
  }

  /** Resolves when both flow. */
  static async start({ client, socksPort, target, targetAddress, probe: places }: FlowEnds): Promise<Traffic> {
    await using owned = new AsyncDisposableStack();
    const source = owned.use(await SteadySource.open(target, targetAddress));
    const flow = owned.use(new WatchedFlow(client, source, socksPort));
    await flow.goesOn();
    const probe = owned.use(await Probe.start(...places));
    return new Traffic(probe, flow, owned.move());
  }

  /** The longest time without a datagram from when something happens until they come again. The stream must go on after it. */
  async gapMs(happening: () => Promise<unknown>): Promise<number> {
    const { longestMs } = await this.#probe.during(async () => void (await happening()));
    await this.#flow.goesOn();
    return longestMs;
  }

  /** How long after something happened octets of both come again, milliseconds; then the stream must go on. */
  async backMs(happening: () => Promise<unknown>): Promise<number> {
    await this.#probe.begin();
    const before = this.#flow.octets;
    const began = performance.now();
    await happening();
    await msUntil(async () => (await this.#probe.report()).received > 0 && this.#flow.octets > before);
    const ms = performance.now() - began;
    await this.#flow.goesOn();
    return ms;
  }

  /** Tells whether every octet of the stream is what was sent. */
  tellWhole(tell: Tell): void {
    tellSo(tell, "every octet of the open stream", this.#flow.isWhole());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
