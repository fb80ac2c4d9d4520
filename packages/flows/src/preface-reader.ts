import { PREFACE_MAX_OCTETS, type Preface } from "@flor/wire";
import { STREAM_BLOCKED, type StreamCarrier } from "./stream-carrier.ts";

const LENGTH_OCTETS = 2;

/** Outcome of one read of a preface. */
export type PrefaceRead<Message> =
  | { readonly state: "incomplete" | "malformed" | "reset" | "ended" }
  | { readonly state: "complete"; readonly message: Message; readonly rest: Uint8Array; readonly fin: boolean };

/** Reads the preface message from the front of a stream, holding at most one message and what came with it. */
export class PrefaceReader<Message> {
  #held = new Uint8Array(LENGTH_OCTETS + PREFACE_MAX_OCTETS);
  #length = 0;
  #decode: (octets: Uint8Array) => Preface<Message>;

  constructor(decode: (octets: Uint8Array) => Preface<Message>) {
    this.#decode = decode;
  }

  /** Takes what the stream has. After `complete`, `rest` holds the payload that was read ahead. */
  read(carrier: StreamCarrier, stream: number): PrefaceRead<Message> {
    for (;;) {
      const received = carrier.receive(stream, this.#held.subarray(this.#length));
      if (received < STREAM_BLOCKED) return { state: "reset" };
      if (received > 0) this.#length += received;
      const fin = received >= 0 && carrier.lastFin;
      const preface = this.#decode(this.#held.subarray(0, this.#length));
      if (preface.state === "complete") {
        return {
          state: "complete",
          message: preface.message,
          rest: this.#held.slice(preface.octets, this.#length),
          fin,
        };
      }
      if (preface.state === "malformed") return { state: "malformed" };
      if (fin) return { state: "ended" };
      if (received <= 0) return { state: "incomplete" };
    }
  }
}
