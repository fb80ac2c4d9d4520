/**
 * Octets that OpenSSL reads and writes beside the packets themselves. One slab for the process, which never moves: every
 * call fills what it needs and is over before the next.
 */
import { addressOfBuffer, type Pointer } from "./library.ts";

const buffer = new ArrayBuffer(1024);
const base = addressOfBuffer(buffer);

export const slab: DataView = new DataView(buffer);

/** A nonce of 12 octets. */
export const NONCE = 0;
/** Where OpenSSL writes a length, of 4 or 8 octets. */
const LENGTH = 16;
/** Where it writes an address. */
const POINTER = 32;
/** Zero octets, never written. */
const ZEROS = 64;
/** The table of TLS callbacks, written once. */
export const DISPATCH = 128;

export const nonceAddress: Pointer = base + NONCE;
export const lengthAddress: Pointer = base + LENGTH;
export const pointerAddress: Pointer = base + POINTER;
export const zerosAddress: Pointer = base + ZEROS;
export const dispatchAddress: Pointer = base + DISPATCH;

/** The 4 octets at {@link lengthAddress}. */
export function readLength(): number {
  return slab.getUint32(LENGTH, true);
}

/** The address at {@link pointerAddress}. */
export function readPointer(): Pointer {
  return Number(slab.getBigUint64(POINTER, true));
}

/** Sets the address at {@link pointerAddress}. */
export function writePointer(value: Pointer): void {
  slab.setBigUint64(POINTER, BigInt(value), true);
}
