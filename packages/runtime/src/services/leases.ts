const LOOK_MS = 1000;

/** Names that somebody holds for as long as he says so again and again. */
export class Leases {
  readonly #untilByName = new Map<string, number>();
  readonly #handleLapsed: (name: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(handleLapsed: (name: string) => void) {
    this.#handleLapsed = handleLapsed;
  }

  renew(name: string, leaseMs: number): void {
    this.#untilByName.set(name, performance.now() + leaseMs);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  end(name: string): void {
    this.#untilByName.delete(name);
    if (this.#untilByName.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = performance.now();
    for (const [name, until] of this.#untilByName) {
      if (now < until) continue;
      this.end(name);
      this.#handleLapsed(name);
    }
  }
}
