import type { LocalAddress } from "./local-address.ts";
import { endpointFromWords, endpointOf, type IpEndpoint } from "./ip-endpoint.ts";

/** Where the datagram in hand came from, as numbers that are overwritten by the next one: nothing is allocated. */
export class DatagramSource {
  port = 0;
  scope = 0;
  /** The address, IPv4 as v4-mapped. */
  word0 = 0;
  word1 = 0;
  word2 = 0;
  word3 = 0;
  /** Which of our addresses it was sent to; `undefined`: the socket does not say. */
  local: LocalAddress | undefined;
  // node:dgram names sources by string: the same string again means the same words again.
  #host = "";

  /** Takes a source as `node:dgram` reports it. */
  setHost(host: string, port: number): void {
    this.port = port;
    this.local = undefined;
    if (host === this.#host) return;
    const endpoint = endpointOf(host, port);
    if (endpoint === undefined) return;
    this.#host = host;
    [this.word0, this.word1, this.word2, this.word3] = endpoint.words;
    this.scope = endpoint.scope;
  }

  /** Takes a source as a sockaddr has it. */
  setWords(word0: number, word1: number, word2: number, word3: number, scope: number): void {
    this.scope = scope;
    if (word3 === this.word3 && word2 === this.word2 && word1 === this.word1 && word0 === this.word0) return;
    this.#host = "";
    this.word0 = word0;
    this.word1 = word1;
    this.word2 = word2;
    this.word3 = word3;
  }

  /** Whether this is the address of `endpoint`, at any port. */
  isAddressOf({ words, scope }: IpEndpoint): boolean {
    return (
      scope === this.scope &&
      words[3] === this.word3 &&
      words[2] === this.word2 &&
      words[1] === this.word1 &&
      words[0] === this.word0
    );
  }

  /** Whether this is `endpoint`. */
  is(endpoint: IpEndpoint): boolean {
    return endpoint.port === this.port && this.isAddressOf(endpoint);
  }

  /** The source as a value of its own. */
  toEndpoint(): IpEndpoint {
    return endpointFromWords([this.word0, this.word1, this.word2, this.word3], this.port, this.scope);
  }
}
