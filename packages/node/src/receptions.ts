/** Steps 1 and 2 of the corridor outbound: clients that have not asked for a destination yet, and those that were refused. */
import {
  type DatagramRouter,
  Farewell,
  type Inbound,
  type LocalSocket,
  Reception,
  type ReceptionOwner,
  type Request,
} from "@flor/flows";
import { Deadlines, type Instant } from "@flor/machine";
import type { NodeHost } from "./node-host.ts";

/** A client that has not asked for a destination by then is let go. */
export const NEGOTIATION_MAX_MS = 10_000;
/** A refused client has this long to read the reply. */
const FAREWELL_MS = 2000;

/** Options of {@link Receptions}. */
export interface ReceptionsOptions {
  readonly host: NodeHost;
  /** A client asks for a destination: step 3. */
  readonly request: (request: Request) => void;
  /** Where the datagrams of a client with an association go. */
  readonly router: DatagramRouter;
}

/** See the head of this file. */
export class Receptions implements ReceptionOwner {
  readonly #options: ReceptionsOptions;
  readonly #deadlines = new Deadlines<Reception | Farewell>();

  constructor(options: ReceptionsOptions) {
    this.#options = options;
  }

  /** Step 1, accept: a client connected to an inbound. */
  accept(socket: LocalSocket, inbound: Inbound, now: Instant): void {
    const reception = new Reception(socket, inbound, this);
    this.#deadlines.set(reception, now + NEGOTIATION_MAX_MS);
    reception.start();
  }

  // Step 2, negotiate, is the inbound's Conversation. It ends in one of these four:

  handleRequest(reception: Reception, request: Request): void {
    this.#deadlines.delete(reception);
    this.#options.request(request);
  }

  handleAssociated(reception: Reception, begin: (router: DatagramRouter) => void): void {
    this.#deadlines.delete(reception);
    begin(this.#options.router);
  }

  handleClientRefused(reception: Reception, reason: string): void {
    this.#deadlines.delete(reception);
    this.#options.host.log("debug", "client-refused", { reason });
    this.bidFarewell(reception.socket);
  }

  handleReceptionEnded(reception: Reception, reason: string): void {
    this.#deadlines.delete(reception);
    this.#options.host.log("debug", "client-ended", { reason });
  }

  /** Lets a client that was refused read its reply. */
  bidFarewell(socket: LocalSocket): void {
    const farewell: Farewell = Farewell.begin(socket, () => this.#deadlines.delete(farewell));
    this.#deadlines.set(farewell, this.#options.router.now() + FAREWELL_MS);
  }

  /** When the first of these clients has to be let go. */
  nextTimeout(): Instant | undefined {
    return this.#deadlines.next;
  }

  handleTimeout(now: Instant): void {
    for (let late = this.#deadlines.takeDue(now); late !== undefined; late = this.#deadlines.takeDue(now))
      late.handleDeadline();
  }
}
