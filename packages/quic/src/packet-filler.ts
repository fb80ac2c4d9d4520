import type { Instant } from "@flor/machine";
import { ADMISSION_OCTETS } from "./admission-format.ts";
import type { Admission } from "./admission.ts";
import type { AllowedPeer } from "./allowed-peers.ts";
import type { QuicEngine } from "./quic-engine.ts";

/** After this many short headers in a row, no long header is expected, and no room is left for an envelope. */
const SHORT_HEADERS_FOR_GOOD = 64;

/** What a packet filler works with. */
export interface PacketFillerParts {
  readonly engine: QuicEngine;
  readonly admission: Admission;
  readonly peer: AllowedPeer;
  /** Wall-clock time. */
  unixSeconds(): number;
}

/** Lets an engine write packets into the owner's buffer, after an admission envelope if the header is long. */
export class PacketFiller {
  readonly #parts: PacketFillerParts;
  #shortHeaders = 0;

  constructor(parts: PacketFillerParts) {
    this.#parts = parts;
  }

  /** Writes the next datagram at octets[offset, offset + max), envelope included; returns its octets, or 0. */
  fill(octets: Uint8Array, offset: number, max: number, now: Instant): number {
    if (this.#shortHeaders >= SHORT_HEADERS_FOR_GOOD) return this.#fillShort(octets, offset, max, now);
    const start = offset + ADMISSION_OCTETS;
    const { engine } = this.#parts;
    const filled = engine.fill(octets, start, Math.min(max, engine.datagramOctets) - ADMISSION_OCTETS, now);
    if (filled === 0) return 0;
    if (isLongHeader(octets, start)) return this.#seal(octets, offset, start + filled);
    this.#shortHeaders += 1;
    octets.copyWithin(offset, start, start + filled);
    return filled;
  }

  #fillShort(octets: Uint8Array, offset: number, max: number, now: Instant): number {
    const filled = this.#parts.engine.fill(octets, offset, max, now);
    if (filled === 0 || !isLongHeader(octets, offset)) return filled;
    // A handshake packet was retransmitted after all: leave room from now on. This one has none, so it is lost and sent again.
    this.#shortHeaders = 0;
    if (filled + ADMISSION_OCTETS > max) return 0;
    octets.copyWithin(offset + ADMISSION_OCTETS, offset, offset + filled);
    return this.#seal(octets, offset, offset + ADMISSION_OCTETS + filled);
  }

  #seal(octets: Uint8Array, offset: number, end: number): number {
    this.#shortHeaders = 0;
    const parts = this.#parts;
    return parts.admission.seal(parts.peer, octets, offset, end, parts.unixSeconds()) ? end - offset : 0;
  }
}

function isLongHeader(octets: Uint8Array, at: number): boolean {
  return ((octets[at] ?? 0) & 0x80) !== 0;
}
