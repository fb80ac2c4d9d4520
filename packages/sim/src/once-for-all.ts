/**
 * Reads and checks each advertisement once instead of once per node. The advertisement and its signature are really
 * checked; all nodes share the result, which none of them changes.
 */
import { verifySignature } from "@flor/host";
import { type LinkStateEntry, parseEntry } from "@flor/link-state";
import type { SignedAdvertisement } from "@flor/wire";

/** See the head of this file. */
export class OnceForAll {
  readonly #entries = new WeakMap<SignedAdvertisement, LinkStateEntry>();
  readonly #verdicts = new WeakMap<Uint8Array, boolean>();
  /** Signatures that were really checked. */
  checked = 0;

  readonly parse = (signed: SignedAdvertisement): LinkStateEntry | undefined => {
    const known = this.#entries.get(signed);
    if (known !== undefined) return known;
    const entry = parseEntry(signed);
    if (entry === undefined) return undefined;
    this.#entries.set(signed, entry);
    // As it is passed on.
    this.#entries.set(entry.signed, entry);
    return entry;
  };

  readonly #byText = new Map<string, boolean>();

  /** Likewise for records that each node reads for itself. */
  readonly verifyAll = (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array): boolean => {
    const text = [publicKey, octets, signature].map((part) => Buffer.from(part).toString("base64")).join(" ");
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    this.checked += 1;
    const verdict = verifySignature(publicKey, octets, signature);
    this.#byText.set(text, verdict);
    return verdict;
  };

  readonly verify = (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array): boolean => {
    const known = this.#verdicts.get(signature);
    if (known !== undefined) return known;
    this.checked += 1;
    const verdict = verifySignature(publicKey, octets, signature);
    this.#verdicts.set(signature, verdict);
    return verdict;
  };
}
