/**
 * Finds the longest datagram that crosses a path where nobody says what does not (RFC 8899): probes of falling sizes,
 * echoed by the neighbour's link.
 *
 *   search ─echoes─▶ settled ─every 5 s─▶ check ─silence on this size, echo on the least─▶ search
 *                       └──every 600 s──▶ search for more
 *
 * A neighbour that echoes nothing is absent, or does not know us yet, and says nothing of the path: the size stays. A
 * late echo still counts. Before the first echo nothing is proven, and frames go in pieces of the least size.
 */
import type { Instant } from "@flor/machine";

/** IP MTUs worth trying: Ethernet, PPPoE, WireGuard, tunnels, the least of IPv6, a worst case, the least of IPv4. */
const IP_MTUS = [9000, 1500, 1492, 1420, 1400, 1280, 1124, 576];
/** A round sends every size that has no echo yet; a random loss of a fifth each way fails all five in 1 of 170. */
const ROUNDS = 5;
const ROUND_MS = 250;
const CHECK_MS = 5000;
const RAISE_MS = 600_000;
/** Probes remembered for their echo. */
export const OUTSTANDING_MAX = 128;
/** Of what an echo was sooner than the round trip that is reckoned with, so much is believed. */
const SOONER_SHARE = 1 / 8;

/** A probe to send. */
export interface Probe {
  readonly octets: number;
  readonly nonce: number;
}

/** The state of one path. Sizes are octets of UDP payload. */
export class PathProbe {
  /** What is taken to cross whole. */
  size: number;
  /** A round trip as the echoes show it: the longest, forgotten little by little; `undefined`: there was no echo. */
  roundTripMs: number | undefined;
  /** The longest that crossed since the path is this one; 0: nothing did. */
  #proven = 0;
  #sizes: number[];
  readonly #random: () => number;
  readonly #queue: Probe[] = [];
  readonly #outstanding = new Map<number, { readonly octets: number; readonly at: Instant }>();
  #echoed = new Set<number>();
  #wanted: readonly number[] = [];
  #isSearch = true;
  #round = ROUNDS;
  #nextRoundAt: Instant = -Infinity;
  #raiseAt: Instant = Infinity;

  /**
   * @param ipMtu of our own interface or as configured: no more is tried
   * @param overhead octets of IP and UDP header
   * @param random an unsigned 32-bit number
   */
  constructor(ipMtu: number, overhead: number, random: () => number) {
    this.#random = random;
    this.#sizes = sizesOf(ipMtu, overhead);
    this.size = ipMtu - overhead;
  }

  /** What will cross: at first the least of all, for the first contact must succeed; then what did, up to `size`. */
  get certainSize(): number {
    return Math.min(this.size, Math.max(this.#least, this.#proven));
  }

  /** A number that nobody off the path can guess. */
  nextNonce(): number {
    return this.#random() >>> 0;
  }

  /** The path is new: begins to search, and takes the longest to cross meanwhile. */
  restart(ipMtu: number, overhead: number): void {
    this.#sizes = sizesOf(ipMtu, overhead);
    this.size = ipMtu - overhead;
    this.#proven = 0;
    this.roundTripMs = undefined;
    this.search();
  }

  /** Looks for the longest that crosses, beginning at once: the neighbour came back, or something does not get through. */
  search(): void {
    this.#begin([...this.#sizes, this.size], true);
  }

  /** The system says that only `octets` cross, or, with `undefined`, that a datagram of this size does not. Returns whether the size fell. */
  handleTooLong(octets: number | undefined): boolean {
    const least = this.#least;
    const next = octets ?? this.#sizes.find((size) => size < this.size) ?? least;
    if (next >= this.size) return false;
    this.size = Math.max(least, next);
    this.search();
    return true;
  }

  /** Takes an echo. Returns whether the size changed. */
  handleEcho(nonce: number, now: Instant): boolean {
    const probe = this.#outstanding.get(nonce);
    if (probe === undefined) return false;
    this.#outstanding.delete(nonce);
    this.#measure(now - probe.at);
    const { octets } = probe;
    this.#echoed.add(octets);
    this.#proven = Math.max(this.#proven, octets);
    if (octets <= this.size) return false;
    this.size = octets;
    return true;
  }

  /** Sends what is due and draws conclusions. Returns whether the size changed. */
  handleTimeout(now: Instant): boolean {
    if (now < this.#nextRoundAt) return false;
    const isAnswered = this.#wanted.length > 0 && this.#echoed.has(this.#wanted[0] ?? 0);
    if (this.#round < ROUNDS && !isAnswered) {
      this.#sendRound(now);
      return false;
    }
    return this.#conclude(now);
  }

  /** The next probe to send, or `undefined`. */
  pollTransmit(): Probe | undefined {
    return this.#queue.shift();
  }

  get #least(): number {
    return this.#sizes.at(-1) ?? this.size;
  }

  #measure(tookMs: number): void {
    const before = this.roundTripMs ?? tookMs;
    this.roundTripMs = tookMs >= before ? tookMs : before + (tookMs - before) * SOONER_SHARE;
  }

  #begin(sizes: readonly number[], isSearch: boolean): void {
    this.#wanted = [...new Set(sizes)].sort((a, b) => b - a);
    this.#isSearch = isSearch;
    this.#echoed = new Set();
    this.#round = 0;
    this.#nextRoundAt = -Infinity;
  }

  #sendRound(now: Instant): void {
    this.#round += 1;
    this.#nextRoundAt = now + ROUND_MS;
    for (const octets of this.#wanted) {
      if (this.#echoed.has(octets)) continue;
      const nonce = this.nextNonce();
      this.#outstanding.set(nonce, { octets, at: now });
      this.#queue.push({ octets, nonce });
    }
    for (const nonce of this.#outstanding.keys()) {
      if (this.#outstanding.size <= OUTSTANDING_MAX) break;
      this.#outstanding.delete(nonce);
    }
  }

  #conclude(now: Instant): boolean {
    const best = Math.max(0, ...this.#echoed);
    const isAlive = best > 0;
    const failed = isAlive && best < this.size;
    if (failed && !this.#isSearch) {
      this.search();
      return this.handleTimeout(now);
    }
    if (this.#isSearch && isAlive) this.#raiseAt = now + RAISE_MS;
    if (failed) this.size = best;
    this.#planCheck(now);
    return failed;
  }

  #planCheck(now: Instant): void {
    const isRaise = now >= this.#raiseAt;
    if (isRaise) this.search();
    else this.#begin([this.size, this.#least], false);
    this.#nextRoundAt = now + CHECK_MS;
  }
}

function sizesOf(ipMtu: number, overhead: number): number[] {
  return [ipMtu, ...IP_MTUS.filter((mtu) => mtu < ipMtu)].map((mtu) => mtu - overhead);
}
