import { type HeaderKeys, MASK_OCTETS, SAMPLE_OCTETS } from "@flor/quic/engine";
import { BufferAddresses } from "../buffer-addresses.ts";
import { freeContexts, takeContext } from "./held-context.ts";
import { expandLabel } from "./key-schedule.ts";
import { initCipher, type Pointer, setPadding, updateCipher } from "./library.ts";
import { lengthAddress, zerosAddress } from "./slab.ts";
import type { Suite } from "./suite.ts";

const sampleAddresses = new BufferAddresses();
const maskAddresses = new BufferAddresses();

/** Header protection of RFC 9001 section 5.4: all masks of a bundle in one call with AES, two calls each with ChaCha20. */
export class OpensslHeaderKeys implements HeaderKeys {
  readonly #isChaCha: boolean;
  #context: Pointer;

  /** The key that `secret` makes (RFC 9001 section 5.1). */
  constructor(suite: Suite, secret: Uint8Array) {
    const key = expandLabel(suite.hash, secret, "quic hp", suite.keyOctets);
    this.#isChaCha = suite.isChaCha;
    this.#context = takeContext(this, suite.headerCipher, key, 1);
    setPadding(this.#context, 0);
    key.fill(0);
  }

  masks(samples: Uint8Array, count: number, masks: Uint8Array): void {
    const octets = count * SAMPLE_OCTETS;
    if (!(count > 0 && octets <= samples.length && octets <= masks.length))
      throw new RangeError(`${count} samples do not fit into ${samples.length} and ${masks.length} octets`);
    if (this.#context === 0) throw new Error("these header keys were freed: a connection used them after it closed");
    const from = sampleAddresses.of(samples);
    const into = maskAddresses.of(masks);
    if (this.#isChaCha) this.#chaChaMasks(from, count, into);
    // Section 5.4.3: the mask is the sample, encrypted as one block.
    else updateCipher(this.#context, into, lengthAddress, from, octets);
  }

  free(): void {
    freeContexts(this, this.#context);
    this.#context = 0;
  }

  /** Section 5.4.4: the sample is counter and nonce, as OpenSSL takes them; the mask is the key stream itself. */
  #chaChaMasks(from: Pointer, count: number, into: Pointer): void {
    for (let index = 0; index < count; index += 1) {
      const at = index * SAMPLE_OCTETS;
      initCipher(this.#context, 0, 0, 0, from + at, -1);
      updateCipher(this.#context, into + at, lengthAddress, zerosAddress, MASK_OCTETS);
    }
  }
}
