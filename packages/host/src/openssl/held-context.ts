/** Cipher contexts, which lie outside the heap: each is freed by its owner, or with its owner as the last resort. */
import { freeCipherContext, initCipher, newCipherContext, type Pointer } from "./library.ts";
import { addressOfBuffer } from "./library.ts";

let held = 0;
const abandoned = new FinalizationRegistry((context: Pointer) => release(context));

/** Cipher contexts that are not freed. */
export function heldContexts(): number {
  return held;
}

/** Takes a context of `cipher` with `key` for `owner`; `encrypt` is 1 or 0. */
export function takeContext(owner: object, cipher: Pointer, key: Uint8Array, encrypt: 0 | 1): Pointer {
  const context = newCipherContext();
  if (context === 0) throw new Error("OpenSSL has no memory for a cipher context");
  const copy = new Uint8Array(key).buffer;
  if (initCipher(context, cipher, 0, addressOfBuffer(copy), 0, encrypt) !== 1) {
    freeCipherContext(context);
    throw new Error("OpenSSL refused a cipher context: its provider may be configured without AES-GCM or ChaCha20");
  }
  new Uint8Array(copy).fill(0);
  held += 1;
  abandoned.register(owner, context, owner);
  return context;
}

/** Frees the contexts of `owner`; 0 is none. */
export function freeContexts(owner: object, ...contexts: readonly Pointer[]): void {
  abandoned.unregister(owner);
  for (const context of contexts) if (context !== 0) release(context);
}

function release(context: Pointer): void {
  held -= 1;
  freeCipherContext(context);
}
