/**
 * Hellos between neighbours, after BFD (RFC 5880), under the GAL (RFC 5586):
 *
 *   | 0x02 | flags 1 | loss 2 | my discriminator 4 | your discriminator 4 | sequence 4 |
 *
 * A hello with Poll is answered at once with Final and the same sequence, which also measures the round trip. Heard says
 * that the other end's hellos arrive here (state Init or Up); loss, how many of them do not, of 65,535.
 */

/** First octet of an OAM payload. */
export const OAM_HELLO = 0x02;
/** Octets of a hello. */
export const HELLO_OCTETS = 16;
/** Hellos are sent this often, 75 to 100 % of it (RFC 5880 section 6.8.7). */
export const HELLO_INTERVAL_MS = 300;
/** No neighbour may want them farther apart. */
export const HELLO_MAX_MS = 5000;
/** Intervals without a hello after which the adjacency is down. */
export const HELLO_DETECT_MULTIPLIER = 3;

const FLAG_POLL = 0x01;
const FLAG_FINAL = 0x02;
const FLAG_HEARD = 0x04;
const LOSS_ALL = 65_535;

/** A hello's values. */
export interface Hello {
  readonly poll: boolean;
  readonly final: boolean;
  /** The sender hears the receiver's hellos. */
  readonly heard: boolean;
  /** The share of the receiver's hellos that the sender recently missed, 0 to 1. */
  readonly loss: number;
  readonly myDiscriminator: number;
  readonly yourDiscriminator: number;
  readonly sequence: number;
}

/** Encodes a hello. */
export function encodeHello(hello: Hello): Uint8Array {
  const octets = new Uint8Array(HELLO_OCTETS);
  const view = new DataView(octets.buffer);
  view.setUint8(0, OAM_HELLO);
  view.setUint8(1, (hello.poll ? FLAG_POLL : 0) | (hello.final ? FLAG_FINAL : 0) | (hello.heard ? FLAG_HEARD : 0));
  view.setUint16(2, Math.round(hello.loss * LOSS_ALL));
  view.setUint32(4, hello.myDiscriminator);
  view.setUint32(8, hello.yourDiscriminator);
  view.setUint32(12, hello.sequence);
  return octets;
}

/** Decodes a hello in `octets[offset, end)`, or `undefined` when it is not one. Unknown flags are ignored. */
export function decodeHello(octets: Uint8Array, offset: number, end: number): Hello | undefined {
  if (end - offset < HELLO_OCTETS || octets[offset] !== OAM_HELLO) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset + offset, HELLO_OCTETS);
  const flags = view.getUint8(1);
  return {
    poll: (flags & FLAG_POLL) !== 0,
    final: (flags & FLAG_FINAL) !== 0,
    heard: (flags & FLAG_HEARD) !== 0,
    loss: view.getUint16(2) / LOSS_ALL,
    myDiscriminator: view.getUint32(4),
    yourDiscriminator: view.getUint32(8),
    sequence: view.getUint32(12),
  };
}
