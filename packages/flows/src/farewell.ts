import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";

/**
 * A refused client whose reply is under way: our direction ends, and what it still sends is thrown away until it leaves.
 * Closing over unread octets would make the kernel send RST, which can overtake the reply.
 */
export class Farewell implements LocalSocketListener {
  readonly #socket: LocalSocket;
  readonly #handleGone: () => void;

  private constructor(socket: LocalSocket, handleGone: () => void) {
    this.#socket = socket;
    this.#handleGone = handleGone;
  }

  /** Begins. @param handleGone the client left, or was made to */
  static begin(socket: LocalSocket, handleGone: () => void): Farewell {
    const farewell = new Farewell(socket, handleGone);
    socket.listen(farewell);
    socket.end();
    socket.resume();
    return farewell;
  }

  handleOctets(): void {}

  handleDrain(): void {}

  handleEnd(): void {
    this.#handleGone();
  }

  handleReset(): void {
    this.#handleGone();
  }

  /** It had its time. */
  handleDeadline(): void {
    this.#socket.reset();
    this.#handleGone();
  }
}
