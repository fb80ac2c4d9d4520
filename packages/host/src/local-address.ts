/**
 * The address of this machine that a datagram was sent to, which is the one to answer from: a socket that listens on
 * all addresses would otherwise answer from the one that the routing table prefers, and nobody between would know it.
 */
export interface LocalAddress {
  /** IPv4 as v4-mapped. */
  readonly words: readonly [number, number, number, number];
  /** The interface of a link-local address, else 0. */
  readonly scope: number;
}

/** Addresses of one machine that are told apart; beyond, a new value stands for an address that was known. */
const ADDRESSES_MAX = 256;

/** Gives the same object for the same address, so that comparing and caching cost nothing in the data path. */
export class LocalAddresses {
  #known: LocalAddress[] = [];
  #last: LocalAddress | undefined;

  /** The address of these words. */
  of(word0: number, word1: number, word2: number, word3: number, scope: number): LocalAddress {
    const is = ({ words, scope: other }: LocalAddress): boolean =>
      words[3] === word3 && words[2] === word2 && words[1] === word1 && words[0] === word0 && other === scope;
    if (this.#last !== undefined && is(this.#last)) return this.#last;
    this.#last = this.#known.find(is) ?? this.#add({ words: [word0, word1, word2, word3], scope });
    return this.#last;
  }

  #add(address: LocalAddress): LocalAddress {
    if (this.#known.length >= ADDRESSES_MAX) this.#known = [];
    this.#known.push(address);
    return address;
  }
}
