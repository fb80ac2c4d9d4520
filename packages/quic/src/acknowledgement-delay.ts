import type { Instant } from "@flor/machine";

/** An acknowledgement is due with every second packet at the latest (RFC 9000 section 13.2.2). */
const PACKETS_MAX = 2;
/** Far below the 25 ms that the peer allows for (max_ack_delay, RFC 9000 section 18.2); an answer comes sooner, or late. */
const DELAY_MS = 1;
/** Who reads more than this may have a window to open. */
const READ_MAX_OCTETS = 16_384;

/**
 * Lets the acknowledgement of a lone packet wait a moment for octets to travel with. Where each packet is answered by
 * the application, as in a remote shell, that halves the packets, and those that are left do not wait behind others.
 */
export class AcknowledgementDelay {
  /** There may be more to send than an acknowledgement. */
  #hurries = true;
  #packets = 0;
  #readOctets = 0;
  #dueAt: Instant | undefined;

  /** When what waits must go. */
  get dueAt(): Instant | undefined {
    return this.#dueAt;
  }

  /** Whether there is nothing that cannot wait. */
  holds(now: Instant): boolean {
    return !this.#hurries && this.#dueAt !== undefined && now < this.#dueAt;
  }

  /** The engine was given something to send. */
  hurry(): void {
    this.#hurries = true;
  }

  /** A packet came. */
  received(now: Instant): void {
    this.#packets += 1;
    this.#dueAt ??= now + DELAY_MS;
    if (this.#packets >= PACKETS_MAX) this.#hurries = true;
  }

  /** Octets of a stream were read. */
  read(octets: number, now: Instant): void {
    this.#readOctets += octets;
    this.#dueAt ??= now + DELAY_MS;
    if (this.#readOctets > READ_MAX_OCTETS) this.#hurries = true;
  }

  /** A packet went, and more may follow. */
  sent(): void {
    this.#packets = 0;
    this.#readOctets = 0;
  }

  /** The engine has nothing more to send. */
  drained(): void {
    this.sent();
    this.#hurries = false;
    this.#dueAt = undefined;
  }
}
