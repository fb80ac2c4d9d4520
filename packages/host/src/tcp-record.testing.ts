import type { LocalSocketListener } from "@flor/flows";
import type { TcpStream } from "./tcp-stream.ts";

/** Keeps what a stream reports, and resolves when a condition on it holds. */
export class TcpRecord implements LocalSocketListener {
  readonly chunks: Uint8Array[] = [];
  octets = 0;
  ends = 0;
  drains = 0;
  readonly resets: string[] = [];
  #waiting: (() => void)[] = [];

  constructor(stream?: TcpStream) {
    stream?.listen(this);
  }

  handleOctets(octets: Uint8Array): void {
    this.chunks.push(octets.slice());
    this.octets += octets.length;
    this.#changed();
  }

  handleEnd(): void {
    this.ends += 1;
    this.#changed();
  }

  handleReset(code: string): void {
    this.resets.push(code);
    this.#changed();
  }

  handleDrain(): void {
    this.drains += 1;
    this.#changed();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
