/**
 * What keeps a source from guessing passwords: after a few failures its clients are served one a second, and at no time
 * may many of them be without a password at once: the one that was silent longest makes room. A source is an IPv4 address,
 * or the /64 of an IPv6 one. The clients of a source wait in turn; those of other sources do not notice.
 */
import type { Instant } from "@flor/machine";
import { parseIpAddress } from "@flor/wire";

/** Failures that a source has free: people mistype. */
const FREE_FAILURES = 5;
/** Between two clients of a source that has failed too often. */
const GUESS_INTERVAL_MS = 1000;
/** Clients of a source that have not shown a password yet; a browser opens a few. */
const UNPROVEN_MAX = 64;
/** A source that has not failed for this long is like any other. */
const FORGET_MS = 60_000;
/** Sources remembered; beyond, the one that failed first is forgotten. */
const SOURCES_MAX = 4096;
const IPV6_NETWORK_OCTETS = 8;

interface Source {
  failures: number;
  /** How each client without a password is let go, the oldest first. */
  readonly unproven: Set<() => void>;
  /** When its next client is served. */
  nextAt: Instant;
  failedAt: Instant;
}

/** A client's place. */
export interface LoginPlace {
  /** It was served, or left; the wrong password counts against its source. */
  leave(outcome: "failed" | "other", now: Instant): void;
}

/** Guards the passwords of one listener. */
export class LoginGuard {
  readonly #sources = new Map<string, Source>();

  /** Sources remembered. */
  get size(): number {
    return this.#sources.size;
  }

  /**
   * A client of `address` wants in: its place, or in how many milliseconds to ask again.
   *
   * @param address an IP address; anything else is a source of its own
   * @param letGo called when the client must make room for others of its source
   */
  enter(address: string, now: Instant, letGo: () => void): LoginPlace | number {
    const key = sourceOf(address);
    const source = this.#sourceOf(key, now);
    if (source.failures > FREE_FAILURES && now < source.nextAt) return source.nextAt - now;
    source.nextAt = now + GUESS_INTERVAL_MS;
    const dismiss = (): void => letGo();
    source.unproven.add(dismiss);
    if (source.unproven.size > UNPROVEN_MAX) dismissOldest(source);
    return {
      leave: (outcome, at) => {
        if (source.unproven.delete(dismiss) || outcome === "failed") this.#leave(key, source, outcome, at);
      },
    };
  }

  #leave(key: string, source: Source, outcome: "failed" | "other", now: Instant): void {
    if (outcome === "failed") {
      source.failures += 1;
      source.failedAt = now;
    }
    if (source.failures === 0 && source.unproven.size === 0) this.#sources.delete(key);
  }

  #sourceOf(key: string, now: Instant): Source {
    const known = this.#sources.get(key);
    if (known !== undefined && now - known.failedAt > FORGET_MS) known.failures = 0;
    if (known !== undefined) return known;
    if (this.#sources.size >= SOURCES_MAX) this.#forgetOne();
    const source = { failures: 0, unproven: new Set<() => void>(), nextAt: now, failedAt: -Infinity };
    this.#sources.set(key, source);
    return source;
  }

  #forgetOne(): void {
    for (const [key, { unproven }] of this.#sources) {
      if (unproven.size > 0) continue;
      this.#sources.delete(key);
      return;
    }
  }
}

function dismissOldest({ unproven }: Source): void {
  for (const dismiss of unproven) {
    unproven.delete(dismiss);
    return dismiss();
  }
}

function sourceOf(address: string): string {
  const octets = parseIpAddress(address.split("%", 1)[0] ?? "");
  return octets?.length === 16 ? octets.subarray(0, IPV6_NETWORK_OCTETS).join(".") : address;
}
