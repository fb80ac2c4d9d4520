/** Runs a conversation of any inbound for tests: what the client is told, and what its target would be sent. */
import type { Conversation, Inbound, LocalSocket, LocalSocketListener, Request } from "@flor/flows";
import { octetsOf, textOf } from "./text.ts";

/** One client of an inbound. */
export class ToldClient {
  /** What the client was sent. */
  sent = "";
  request: Request | undefined;
  refusal: string | undefined;
  isEnded = false;
  isReset = false;
  /** What the target of its flow was sent. */
  upstream = "";
  #listener: LocalSocketListener | undefined;
  readonly #conversation: Conversation;

  constructor(inbound: Inbound) {
    this.#conversation = inbound.converse(this.#socket());
    this.send("");
  }

  /** Sends text, a character an octet, in reads of at most `size` octets. */
  send(text: string, size: number = Infinity): this {
    const octets = octetsOf(text);
    if (octets.length === 0) this.#receive(octets);
    for (let at = 0; at < octets.length; at += size)
      this.#receive(octets.slice(at, Math.min(octets.length, at + size)));
    return this;
  }

  end(): void {
    this.#listener?.handleEnd();
  }

  #receive(octets: Uint8Array): void {
    if (this.isReset || this.refusal !== undefined) return;
    if (this.request !== undefined) return this.#listener?.handleOctets(octets);
    const progress = this.#conversation.handleOctets(octets);
    if (progress.state === "refused") this.refusal = progress.reason;
    if (progress.state !== "requested") return;
    this.request = progress.request;
    this.upstream += textOf(progress.request.early);
    progress.request.socket.listen({
      handleOctets: (more: Uint8Array): void => {
        this.upstream += textOf(more);
      },
      handleEnd: () => {
        this.isEnded = true;
      },
      handleReset: () => {},
      handleDrain: () => {},
    });
  }

  #socket(): LocalSocket {
    return {
      listen: (listener) => {
        this.#listener = listener;
      },
      write: (octets) => {
        this.sent += textOf(octets);
        return 0;
      },
      reset: () => {
        this.isReset = true;
      },
      end: () => {},
      pause: () => {},
      resume: () => {},
    };
  }
}
