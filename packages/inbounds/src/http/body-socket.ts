import type { LocalSocket, LocalSocketListener } from "@flor/flows";
import type { BodyReader } from "./body-reader.ts";

/**
 * A client's socket that brings the body of one request and nothing behind it: a second request on the connection is
 * never seen by the server of the first. What is malformed resets the client.
 */
export class BodySocket implements LocalSocket, LocalSocketListener {
  readonly #socket: LocalSocket;
  readonly #body: BodyReader;
  #listener: LocalSocketListener | undefined;

  constructor(socket: LocalSocket, body: BodyReader) {
    this.#socket = socket;
    this.#body = body;
  }

  get remote(): LocalSocket["remote"] {
    return this.#socket.remote;
  }

  listen(listener: LocalSocketListener): void {
    this.#listener = listener;
    this.#socket.listen(this);
  }

  handleOctets(octets: Uint8Array): void {
    const length = this.#body.take(octets);
    if (this.#body.isMalformed) {
      this.#socket.reset();
      this.#listener?.handleReset("malformed body");
    } else if (length > 0) this.#listener?.handleOctets(octets.subarray(0, length));
  }

  handleEnd(): void {
    // A body that ends early is no body: the server must not take it for one.
    if (this.#body.isDone) return this.#listener?.handleEnd();
    this.#socket.reset();
    this.#listener?.handleReset("client left within its request");
  }

  handleReset(code: string): void {
    this.#listener?.handleReset(code);
  }

  handleDrain(): void {
    this.#listener?.handleDrain();
  }

  write(octets: Uint8Array): number {
    return this.#socket.write(octets);
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.reset();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}
