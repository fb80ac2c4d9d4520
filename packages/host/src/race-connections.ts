/**
 * Happy Eyeballs, RFC 8305: addresses of both families in turn, IPv6 first, a quarter of a second apart; the first
 * connection that stands wins.
 */

/** Wait before the next address, RFC 8305 section 8 (Connection Attempt Delay). */
const ATTEMPT_DELAY_MS = 250;

/** How to make, and how to undo, one connection of a race. */
export interface Contestant<Connection, Failure> {
  /** Never rejects. Given up by `signal`, it ends soon with whatever failure. */
  attempt(address: Uint8Array, signal: AbortSignal): Promise<Connection | Failure>;
  isConnection(outcome: Connection | Failure): outcome is Connection;
  /** Closes a connection that came too late to win. */
  discard(connection: Connection): void;
}

/** The connection that won, or the failures in the order in which they came. */
export type RaceResult<Connection, Failure> =
  | { readonly won: true; readonly connection: Connection }
  | { readonly won: false; readonly failures: readonly Failure[] };

/** IPv6 and IPv4 in turn, IPv6 first, each family in the order given (RFC 8305 section 4). */
export function interleaved(addresses: readonly Uint8Array[]): Uint8Array[] {
  const six = addresses.filter((address) => address.length === 16);
  const four = addresses.filter((address) => address.length === 4);
  const longest = Math.max(six.length, four.length);
  return Array.from({ length: longest }, (_, index) => [six[index], four[index]])
    .flat()
    .filter((address) => address !== undefined);
}

/**
 * Connects to the first address that answers. Never rejects.
 *
 * @param addresses in the order in which they are tried
 * @param signal gives up the race: it then ends with the failures so far, and every attempt with it
 */
export async function raceConnections<Connection, Failure>(
  addresses: readonly Uint8Array[],
  contestant: Contestant<Connection, Failure>,
  signal: AbortSignal,
): Promise<RaceResult<Connection, Failure>> {
  if (signal.aborted) return { won: false, failures: [] };
  const [only] = addresses;
  // Nobody to race against: most clients ask for an address, or a name that has one.
  if (only !== undefined && addresses.length === 1) return resultOf(await contestant.attempt(only, signal), contestant);
  const race = new Race(addresses, contestant);
  const giveUp = (): void => race.giveUp();
  signal.addEventListener("abort", giveUp, { once: true });
  const result = await race.run();
  signal.removeEventListener("abort", giveUp);
  return result;
}

function resultOf<Connection, Failure>(
  outcome: Connection | Failure,
  contestant: Contestant<Connection, Failure>,
): RaceResult<Connection, Failure> {
  return contestant.isConnection(outcome) ? { won: true, connection: outcome } : { won: false, failures: [outcome] };
}

class Race<Connection, Failure> {
  readonly #waiting: Uint8Array[];
  readonly #contestant: Contestant<Connection, Failure>;
  readonly #running = new Set<AbortController>();
  readonly #failures: Failure[] = [];
  readonly #result = Promise.withResolvers<RaceResult<Connection, Failure>>();
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(addresses: readonly Uint8Array[], contestant: Contestant<Connection, Failure>) {
    this.#waiting = [...addresses];
    this.#contestant = contestant;
  }

  run(): Promise<RaceResult<Connection, Failure>> {
    this.#startNext();
    return this.#result.promise;
  }

  giveUp(): void {
    this.#finish({ won: false, failures: this.#failures });
  }

  #startNext(): void {
    clearTimeout(this.#timer);
    const address = this.#waiting.shift();
    if (address === undefined) {
      if (this.#running.size === 0) this.giveUp();
      return;
    }
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#startNext(), ATTEMPT_DELAY_MS);
    void this.#try(address);
  }

  async #try(address: Uint8Array): Promise<void> {
    const controller = new AbortController();
    this.#running.add(controller);
    const outcome = await this.#contestant.attempt(address, controller.signal);
    this.#running.delete(controller);
    if (this.#contestant.isConnection(outcome)) {
      if (this.#isOver) this.#contestant.discard(outcome);
      else this.#finish({ won: true, connection: outcome });
    } else if (!this.#isOver) {
      this.#failures.push(outcome);
      // Section 5: a failed attempt does not wait for the delay.
      this.#startNext();
    }
  }

  #finish(result: RaceResult<Connection, Failure>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const controller of this.#running) controller.abort();
    this.#result.resolve(result);
  }
}
