import {
  type DirectionKeys,
  type HeaderKeys,
  type PacketKeys,
  SAMPLE_OCTETS,
  TAG_OCTETS,
} from "../tls/packet-protection.ts";
import { mixed, PlainDigest } from "./plain-mix.ts";

/** Limits that a test may lower, so that key updates come soon. */
export interface PlainLimits {
  readonly confidentialityLimit: number;
  readonly integrityLimit: number;
}

const UNLIMITED: PlainLimits = { confidentialityLimit: 2 ** 23, integrityLimit: 2 ** 36 };
const digest = new PlainDigest();

/** Keys that encrypt nothing: the payload stays as it is, with a tag that shows damage and wrong keys. */
class PlainPacketKeys implements PacketKeys {
  readonly confidentialityLimit: number;
  readonly integrityLimit: number;
  readonly #seed: number;
  readonly #limits: PlainLimits;

  constructor(seed: number, limits: PlainLimits) {
    this.#seed = seed;
    this.#limits = limits;
    this.confidentialityLimit = limits.confidentialityLimit;
    this.integrityLimit = limits.integrityLimit;
  }

  seal(octets: Uint8Array, headerStart: number, payloadStart: number, payloadEnd: number, packetNumber: number): void {
    digest.begin(this.#seed, packetNumber);
    digest.add(octets, headerStart, payloadStart);
    digest.add(octets, payloadStart, payloadEnd);
    digest.finish(octets, payloadEnd);
  }

  sealFrom(
    octets: Uint8Array,
    headerStart: number,
    payloadStart: number,
    payloadEnd: number,
    packetNumber: number,
    source: Uint8Array,
    sourceStart: number,
    sourceEnd: number,
  ): void {
    octets.set(source.subarray(sourceStart, sourceEnd), payloadEnd);
    this.seal(octets, headerStart, payloadStart, payloadEnd + sourceEnd - sourceStart, packetNumber);
  }

  open(octets: Uint8Array, headerStart: number, payloadStart: number, end: number, packetNumber: number): number {
    const payloadEnd = end - TAG_OCTETS;
    if (payloadEnd < payloadStart) return -1;
    digest.begin(this.#seed, packetNumber);
    digest.add(octets, headerStart, payloadStart);
    digest.add(octets, payloadStart, payloadEnd);
    return digest.matches(octets, payloadEnd) ? payloadEnd : -1;
  }

  next(): PacketKeys {
    return new PlainPacketKeys(mixed(this.#seed + 1), this.#limits);
  }

  free(): void {}
}

class PlainHeaderKeys implements HeaderKeys {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  masks(samples: Uint8Array, count: number, masks: Uint8Array): void {
    for (let at = 0; at < count * SAMPLE_OCTETS; at += SAMPLE_OCTETS) {
      const high = mixed(this.#seed ^ ((samples[at] ?? 0) << 8) ^ (samples[at + 7] ?? 0));
      for (let index = 0; index < 4; index += 1) masks[at + index] = (high >>> (8 * index)) & 0xff;
      masks[at + 4] = samples[at + 4] ?? 0;
    }
  }

  free(): void {}
}

/** Keys of one direction that both ends make of the same seed. */
export function plainKeys(seed: number, limits: PlainLimits = UNLIMITED): DirectionKeys {
  return { packet: new PlainPacketKeys(seed, limits), header: new PlainHeaderKeys(mixed(seed ^ 0x5a5a5a5a)) };
}
