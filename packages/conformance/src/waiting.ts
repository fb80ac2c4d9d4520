import { Finding } from "./finding.ts";

/** Things are looked at again this often, besides whenever something is known to have happened. */
const POLL_MS = 20;

/** Lets timers, signals and sockets have their turn. */
export async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
}

/** Resolves with what `look` finds, `undefined` and `false` being nothing; rejects with what `orElse` says. */
export class Waiting {
  readonly #looks = new Set<() => void>();
  readonly #patience: number;

  /** @param patience factor by which every limit is multiplied */
  constructor(patience = 1) {
    this.#patience = patience;
  }

  /** Something happened: waiters check again. */
  wake(): void {
    for (const look of this.#looks) look();
  }

  /**
   * Never resolves within the turn of the call, so that no loop over it keeps timers and signals out.
   *
   * @param look may throw, which rejects
   * @param withinMs for a patience of 1
   * @param orElse the finding when they are over
   */
  async until<Found>(
    look: () => Found | undefined | false,
    withinMs: number,
    orElse: () => Finding,
  ): Promise<Exclude<Found, false>> {
    const { promise, resolve, reject } = Promise.withResolvers<Exclude<Found, false>>();
    const deadline = performance.now() + withinMs * this.#patience;
    const check = (): void => {
      try {
        const found = look();
        if (found !== undefined && found !== false) resolve(found as Exclude<Found, false>);
        else if (performance.now() >= deadline) reject(orElse());
      } catch (error) {
        reject(error instanceof Error ? error : new Finding("no exception", String(error)));
      }
    };
    const timer = setInterval(check, POLL_MS);
    this.#looks.add(check);
    try {
      check();
      const found = await promise;
      await nextTurn();
      return found;
    } finally {
      clearInterval(timer);
      this.#looks.delete(check);
    }
  }
}
