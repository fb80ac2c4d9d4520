/** Step 2 of the corridor, negotiate: a client from its connection to its request, whatever it speaks. */
import type { DatagramRouter } from "./datagram-client.ts";
import type { Inbound, Conversation } from "./inbound.ts";
import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";
import type { Request } from "./request.ts";

/** What a reception tells the node. */
export interface ReceptionOwner {
  /** The client asked. Its socket waits for a listener. */
  handleRequest(reception: Reception, request: Request): void;
  /** The client is one of UDP: `begin` hears its socket from now on. */
  handleAssociated(reception: Reception, begin: (router: DatagramRouter) => void): void;
  /** The client was refused and told so: its farewell is due. */
  handleClientRefused(reception: Reception, reason: string): void;
  /** The client left, or was made to. */
  handleReceptionEnded(reception: Reception, reason: string): void;
}

const NO_OCTETS = new Uint8Array(0);

/** One client that has not asked yet. */
export class Reception implements LocalSocketListener {
  readonly socket: LocalSocket;
  readonly #owner: ReceptionOwner;
  readonly #conversation: Conversation;
  #isOver = false;

  /** Call {@link start} next. */
  constructor(socket: LocalSocket, inbound: Inbound, owner: ReceptionOwner) {
    this.socket = socket;
    this.#owner = owner;
    this.#conversation = inbound.converse(socket);
  }

  /** Hears the client. */
  start(): void {
    this.socket.listen(this);
    this.handleOctets(NO_OCTETS);
  }

  handleOctets(octets: Uint8Array): void {
    if (this.#isOver) return;
    const progress = this.#conversation.handleOctets(octets);
    if (progress.state === "incomplete") return;
    this.#isOver = true;
    if (progress.state === "associated") this.#owner.handleAssociated(this, progress.begin);
    else if (progress.state === "requested") this.#owner.handleRequest(this, progress.request);
    else this.#owner.handleClientRefused(this, progress.reason);
  }

  handleEnd(): void {
    if (this.#isOver) return;
    this.socket.end();
    this.#end("client left");
  }

  handleReset(code: string): void {
    this.#end(code);
  }

  handleDrain(): void {}

  /** The client took too long. */
  handleDeadline(): void {
    if (this.#isOver) return;
    this.socket.reset();
    this.#end("deadline");
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.handleReceptionEnded(this, reason);
  }
}
