/**
 * Two TCP connections of this node, joined: a client here, and a target here. A direction that cannot go on stops its
 * source, and an end follows what came before it.
 */
import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";

/** See the head of this file. */
export class Splice {
  /** Octets from the client to the target, and back. */
  octetsOut = 0;
  octetsBack = 0;
  readonly #client: LocalSocket;
  readonly #target: LocalSocket;
  readonly #handleEnded: () => void;
  #ends = 0;
  #isOver = false;

  /** Call {@link start} next. @param handleEnded both directions ended, or one was reset */
  constructor(client: LocalSocket, target: LocalSocket, handleEnded: () => void) {
    this.#client = client;
    this.#target = target;
    this.#handleEnded = handleEnded;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Lets octets pass; `early` of the client first. @param isClientEnded it ended its direction already */
  start(early: Uint8Array, isClientEnded: boolean): void {
    const out = this.#direction(this.#client, this.#target, (octets) => (this.octetsOut += octets));
    const back = this.#direction(this.#target, this.#client, (octets) => (this.octetsBack += octets));
    if (early.length > 0) out.handleOctets(early);
    if (isClientEnded) out.handleEnd();
    this.#client.listen({ ...out, handleDrain: () => this.#target.resume() });
    this.#target.listen({ ...back, handleDrain: () => this.#client.resume() });
  }

  /** Ends both with RST. */
  reset(): void {
    if (this.#isOver) return;
    this.#client.reset();
    this.#target.reset();
    this.#end();
  }

  #direction(
    from: LocalSocket,
    to: LocalSocket,
    count: (octets: number) => void,
  ): Omit<LocalSocketListener, "handleDrain"> {
    return {
      handleOctets: (octets) => {
        count(octets.length);
        if (to.write(octets) > 0) from.pause();
      },
      handleEnd: () => {
        to.end();
        this.#ends += 1;
        if (this.#ends === 2) this.#end();
      },
      handleReset: () => {
        to.reset();
        this.#end();
      },
    };
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handleEnded();
  }
}
