const LENGTH_OCTETS = 4;

/** Puts a message's length in front of it, four octets, big-endian. */
export function withMessageLength(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(LENGTH_OCTETS + body.length);
  new DataView(out.buffer).setUint32(0, body.length);
  out.set(body, LENGTH_OCTETS);
  return out;
}

/** Cuts a stream of octets into messages with their lengths in front, holding at most one message's octets. */
export class MessageReader<Message> {
  readonly #maxOctets: number;
  readonly #decode: (body: Uint8Array) => Message;
  #held: Uint8Array = new Uint8Array(0);

  /** @param decode may throw: the stream is malformed then */
  constructor(maxOctets: number, decode: (body: Uint8Array) => Message) {
    this.#maxOctets = maxOctets;
    this.#decode = decode;
  }

  /** Adds stream octets (copied) and returns the messages they complete, or `undefined` when the stream is malformed. */
  push(octets: Uint8Array): Message[] | undefined {
    const joined = new Uint8Array(this.#held.length + octets.length);
    joined.set(this.#held);
    joined.set(octets, this.#held.length);
    const view = new DataView(joined.buffer);
    const messages: Message[] = [];
    let at = 0;
    while (at + LENGTH_OCTETS <= joined.length) {
      const length = view.getUint32(at);
      if (length > this.#maxOctets) return undefined;
      const end = at + LENGTH_OCTETS + length;
      if (end > joined.length) break;
      try {
        messages.push(this.#decode(joined.subarray(at + LENGTH_OCTETS, end)));
      } catch {
        return undefined;
      }
      at = end;
    }
    this.#held = joined.slice(at);
    return messages;
  }
}
