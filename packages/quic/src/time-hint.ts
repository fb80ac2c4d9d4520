/**
 * What a node tells a peer whose packet had the right MAC and the wrong time (proto/admission.md, "Time hint"): an envelope
 * whose reserved field is 1, its own clock as the time, and behind it the MAC of the packet that it answers.
 */
import { type Instant, RateBudget } from "@flor/machine";
import { ADMISSION_MAC_OFFSET, ADMISSION_OCTETS, MAC_OCTETS } from "./admission-format.ts";
import type { AllowedPeer } from "./allowed-peers.ts";

/** Octets of a time hint: shorter than any packet that it answers. */
export const TIME_HINT_OCTETS: number = ADMISSION_OCTETS + MAC_OCTETS;
/** The first four octets of a time hint. */
const TIME_HINT = 0x01_01_00_01;
/** Envelopes to one peer whose MACs are remembered: the Initials and repetitions of a few seconds. */
export const SENT_MACS_MAX = 8;
/** A hint that answers an older envelope was held up on its way, and its time is past. */
export const HINT_AGE_SECONDS = 30;

/** Whether octets[offset, end) is to be a time hint, and not a packet. */
export function isTimeHint(octets: Uint8Array, offset: number, end: number): boolean {
  if (end - offset !== TIME_HINT_OCTETS) return false;
  return new DataView(octets.buffer, octets.byteOffset + offset, 4).getUint32(0) === TIME_HINT;
}

/** A hint without its time, sender and MAC. @param refused the packet that it answers, from its envelope on */
export function timeHintFor(refused: Uint8Array): Uint8Array {
  const octets = new Uint8Array(TIME_HINT_OCTETS);
  octets.set(refused.subarray(ADMISSION_MAC_OFFSET, ADMISSION_OCTETS), ADMISSION_OCTETS);
  return octets;
}

/** The MACs of the latest envelopes to one peer: a hint that answers none of them was not asked for. */
export class SentMacs {
  readonly #sent: { readonly mac: Uint8Array; readonly unixSeconds: number }[] = [];

  /** @param unixSeconds by this node's clock, as in {@link take} */
  add(mac: Uint8Array, unixSeconds: number): void {
    if (this.#sent.length === SENT_MACS_MAX) this.#sent.shift();
    this.#sent.push({ mac: mac.slice(), unixSeconds });
  }

  /** Whether the hint at `offset` answers one of them, which is not older than {@link HINT_AGE_SECONDS}; it is answered once. */
  take(octets: Uint8Array, offset: number, unixSeconds: number): boolean {
    const start = offset + ADMISSION_OCTETS;
    const at = this.#sent.findIndex(({ mac }) => mac.every((octet, index) => octet === octets[start + index]));
    const [answered] = at < 0 ? [] : this.#sent.splice(at, 1);
    return answered !== undefined && Math.abs(unixSeconds - answered.unixSeconds) <= HINT_AGE_SECONDS;
  }
}

/** How often peers are told the time: once a second each. */
export class TimeHintPace {
  readonly #budgets = new WeakMap<AllowedPeer, RateBudget>();

  take(peer: AllowedPeer, now: Instant): boolean {
    const budget = this.#budgets.get(peer) ?? new RateBudget(1, 1);
    this.#budgets.set(peer, budget);
    return budget.take(1, now);
  }
}
