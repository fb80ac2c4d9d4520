/**
 * Who tries to come in and is refused, and why, as far as this node can tell: admission checks the MAC before the time, so
 * that a wrong clock is known to be a listed peer's. Nobody is answered; people at this end are told.
 */
import { type Instant, RateBudget } from "@flor/machine";
import type { QuicRefusal } from "@flor/quic";
import { nodeKeyOf } from "@flor/link-state";
import type { KnockStatus } from "./status.ts";

/** Knocks remembered; beyond, the one that is longest ago is forgotten. */
const KNOCKS_MAX = 64;
/** A knock that continues is logged again after this time. */
const SAY_AGAIN_MS = 600_000;
/** Lines of the log for all knocks, a second and at once: forged addresses must not fill a disk. */
const KNOCKS_SAID_PER_SECOND = 0.1;
const KNOCKS_SAID_AT_ONCE = 20;
/** Older knocks say nothing about the present. */
const RECENT_MS = 60_000;

/** Packets of one sender that were refused for one reason. */
interface Knock {
  readonly reason: QuicRefusal<unknown>["reason"];
  /** Name of the peer; `undefined`: nobody listed. */
  readonly peer: string | undefined;
  address: string;
  skewSeconds: number;
  count: number;
  lastAt: Instant;
  saidAt: Instant;
}

/** What knocks need of their node. */
export interface KnocksOptions {
  /** The name of a listed peer, by its node key. */
  readonly nameOf: (nodeKey: string) => string | undefined;
  readonly log: (level: "warn", step: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** The knocks at one node's door. */
export class Knocks {
  readonly #options: KnocksOptions;
  readonly #knocks = new Map<string, Knock>();
  readonly #lines = new RateBudget(KNOCKS_SAID_PER_SECOND, KNOCKS_SAID_AT_ONCE);

  constructor(options: KnocksOptions) {
    this.#options = options;
  }

  /** Takes a refusal; `address` is where it came from, for people. */
  note({ reason, peer: publicKey, skewSeconds }: QuicRefusal<unknown>, address: string, now: Instant): void {
    // Not of this format at all: counted as a drop.
    if (reason === "envelope") return;
    const peer = publicKey === undefined ? undefined : this.#options.nameOf(nodeKeyOf(publicKey));
    const key = `${reason} ${peer ?? address}`;
    const knock = this.#knocks.get(key) ?? {
      reason,
      peer,
      address,
      skewSeconds,
      count: 0,
      lastAt: now,
      saidAt: -Infinity,
    };
    // The newest is last.
    this.#knocks.delete(key);
    this.#knocks.set(key, knock);
    const [oldest] = this.#knocks.keys();
    if (this.#knocks.size > KNOCKS_MAX && oldest !== undefined) this.#knocks.delete(oldest);
    Object.assign(knock, { address, skewSeconds, count: knock.count + 1, lastAt: now });
    if (now - knock.saidAt < SAY_AGAIN_MS || !this.#lines.take(1, now)) return;
    knock.saidAt = now;
    this.#options.log("warn", "knock", { from: address, peer, problem: textOf(knock), count: knock.count });
  }

  /** Why a listed peer is not up, as its latest refused knock shows; `undefined`: there was none recently. */
  problemOf(peer: string, now: Instant): string | undefined {
    const knocks = [...this.#knocks.values()].filter((knock) => knock.peer === peer && now - knock.lastAt < RECENT_MS);
    const [last] = knocks.slice(-1);
    return last === undefined ? undefined : textOf(last);
  }

  /** All recent ones, the newest first. */
  status(now: Instant): KnockStatus[] {
    return [...this.#knocks.values()]
      .filter(({ lastAt }) => now - lastAt < RECENT_MS)
      .toReversed()
      .map((knock) => ({
        from: knock.address,
        peer: knock.peer,
        problem: textOf(knock),
        count: knock.count,
        agoMs: Math.round(now - knock.lastAt),
      }));
  }
}

function textOf({ reason, peer, address, skewSeconds }: Knock): string {
  const seconds = Math.abs(skewSeconds);
  switch (reason) {
    case "unknown-sender":
      return `${address} knocks with an unlisted key: list its id under peers if it is yours`;
    case "bad-mac":
      return `${address} knocks as ${peer ?? "a peer"} with a bad MAC: it has another id for this node than flor id shows, or is not ${peer ?? "it"}`;
    case "clock-skew":
      return `${peer ?? address} knocks with a clock ${seconds} s ${skewSeconds < 0 ? "behind" : "ahead"}, at most 300 s are tolerated: set the clocks of both machines, for example by NTP`;
    default:
      return `${peer ?? address} knocks with a clock ${seconds} s behind, and this node has just started: it is let in that much later`;
  }
}
