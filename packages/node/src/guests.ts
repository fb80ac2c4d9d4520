/**
 * Guests: newcomers that an invite's key lets in (proto/membership.md). A guest holds no adjacency, hears nothing of the
 * layer, and can say one thing: that it wants to be a member.
 */
import { Deadlines, type Instant } from "@flor/machine";
import type { AllowedPeers, QuicConnection } from "@flor/quic";
import type { ControlMessage } from "@flor/wire";
import { nodeKeyOf } from "@flor/link-state";
import type { Adjacency } from "./adjacency.ts";
import { CloseCode } from "./close-code.ts";
import { ControlConnection } from "./control-connection.ts";

/** Connections with guests at once; what is beyond is closed. */
export const GUESTS_MAX = 16;
/** A guest is gone by then. */
export const GUEST_MS = 30_000;

/** What a newcomer asks, and what it hears. */
export type JoinRequest = NonNullable<ControlMessage["joinRequest"]>;
export type JoinAnswer = NonNullable<ControlMessage["joinAnswer"]>;

/** The public keys of both ends of a guest's connection. */
export interface JoinEnds {
  /** That which the invite made. */
  readonly guest: Uint8Array;
  /** This node's, as the invite says it: one from before it took another. */
  readonly inviter: Uint8Array;
}

/** Options of {@link Guests}. */
export interface GuestsOptions {
  /** Whom admission lets in. */
  readonly allowed: AllowedPeers;
  /** Answers a request, now or later, once. */
  readonly handleJoin: (ends: JoinEnds, request: JoinRequest, answer: (answer: JoinAnswer) => void) => void;
  /** The connection has something to send. */
  readonly touch: (connection: QuicConnection<Adjacency>) => void;
}

/** The conversations with guests. */
export class Guests {
  readonly #options: GuestsOptions;
  /** Node keys that open invites made. */
  #keys: ReadonlyMap<string, Uint8Array> = new Map();
  readonly #conversations = new Map<QuicConnection<Adjacency>, ControlConnection>();
  readonly #deadlines = new Deadlines<QuicConnection<Adjacency>>();
  readonly #asked = new WeakSet<QuicConnection<Adjacency>>();

  constructor(options: GuestsOptions) {
    this.#options = options;
  }

  /** Sets the keys that open invites made: their holders may ask to become members, and nothing else. */
  setKeys(publicKeys: readonly Uint8Array[]): void {
    const { allowed } = this.#options;
    const wanted = new Map(publicKeys.map((key) => [nodeKeyOf(key), key]));
    for (const [key, publicKey] of this.#keys) if (!wanted.has(key)) allowed.delete(publicKey);
    for (const [key, publicKey] of wanted) if (!this.#keys.has(key)) allowed.add(publicKey);
    this.#keys = wanted;
  }

  isGuest(publicKey: Uint8Array): boolean {
    return this.#keys.has(nodeKeyOf(publicKey));
  }

  /** A guest's connection stands. */
  open(connection: QuicConnection<Adjacency>, now: Instant): void {
    if (this.#conversations.size >= GUESTS_MAX)
      return connection.close(CloseCode.overloaded, "too many guests at once");
    this.#conversations.set(connection, new ControlConnection(connection));
    this.#deadlines.set(connection, now + GUEST_MS);
  }

  /** Reads what arrived; nothing but the first request counts. */
  serve(connection: QuicConnection<Adjacency>): void {
    const control = this.#conversations.get(connection);
    if (control === undefined) return;
    const received = control.receive();
    if (typeof received === "string") connection.close(CloseCode.protocol, `control stream ${received}`);
    else for (const { joinRequest } of received) if (joinRequest) this.#handleRequest(control, joinRequest);
    control.flush();
  }

  /** It is gone. */
  close(connection: QuicConnection<Adjacency>): void {
    this.#conversations.delete(connection);
    this.#deadlines.delete(connection);
  }

  nextTimeout(): Instant | undefined {
    return this.#deadlines.next;
  }

  handleTimeout(now: Instant): void {
    for (let late = this.#deadlines.takeDue(now); late !== undefined; late = this.#deadlines.takeDue(now)) {
      late.close(CloseCode.superseded, "a guest cannot stay longer");
      this.#options.touch(late);
    }
  }

  #handleRequest(control: ControlConnection, request: JoinRequest): void {
    const { connection } = control;
    if (this.#asked.has(connection)) return;
    this.#asked.add(connection);
    const ends = { guest: connection.peer, inviter: connection.ownKey };
    this.#options.handleJoin(ends, request, (joinAnswer) => {
      if (this.#conversations.get(connection) !== control) return;
      control.send({ joinAnswer });
      this.#options.touch(connection);
    });
  }
}
