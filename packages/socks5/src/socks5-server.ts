/**
 * The server's side of one SOCKS5 connection, from its first octet to the moment the relay takes over
 * (RFC 1928, RFC 1929). Step 2 of the corridor.
 *
 *   greeting ──▶ credentials ──▶ request ──▶ answer ──▶ relay
 *       └──────────────────────────▲  without users
 *
 * Whatever goes wrong leads to `closed`, from which nothing leads back.
 */
import type { Instant } from "@flor/machine";
import type { Socks5CloseReason } from "./close-reason.ts";
import { type Credentials, decodeCredentials, encodeAuthenticationStatus } from "./credentials.ts";
import type { Decoded } from "./decoded.ts";
import { encodeHttpRefusal, encodeSocks4Refusal, foreignProtocolOf } from "./foreign-protocol.ts";
import { decodeGreeting, encodeMethodSelection, selectMethod } from "./greeting.ts";
import { Pipeline } from "./pipeline.ts";
import { type BoundAddress, encodeReply } from "./reply.ts";
import { decodeRequest, type RequestRefusal, type Socks5Request } from "./request.ts";
import { METHOD_NONE_ACCEPTABLE, SOCKS_VERSION, type Socks5Reply } from "./rfc1928.ts";
import { STATUS_FAILURE, STATUS_SUCCESS } from "./rfc1929.ts";
import type { Socks5Users } from "./users.ts";

/** How long a client may take from its connection to a whole request. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** What the layer above is told. */
export type Socks5Event =
  /** A request to answer with {@link Socks5Server.reply}; `user` is who authenticated, of a listener with users. */
  | { readonly type: "request"; readonly request: Socks5Request; readonly user: string | undefined }
  /**
   * Send what `pollTransmit` still has, then FIN. Octets that the client still sends are to be read and thrown away
   * for a moment: closing over unread octets makes the kernel send RST, which can overtake the reply.
   */
  | { readonly type: "close"; readonly reason: Socks5CloseReason };

/** What a listener decides for its connections. */
export interface Socks5ServerOptions {
  /** Who may use the listener, by RFC 1929. @default everybody */
  readonly users?: Socks5Users | undefined;
  /** From the connection to a whole request, in milliseconds. @default 10_000 */
  readonly handshakeTimeoutMs?: number | undefined;
}

type Step = "greeting" | "credentials" | "request" | "answer" | "relay" | "closed";

const NOTHING = new Uint8Array(0);

/** One SOCKS5 connection as its server sees it. */
export class Socks5Server {
  readonly #users: Socks5Users | undefined;
  readonly #pipeline = new Pipeline();
  #step: Step = "greeting";
  #user: string | undefined;
  /** The start of a message that is not whole yet: less than 513 octets, the longest of them (RFC 1929). */
  #held: Uint8Array = NOTHING;
  /** The handshake's time; one for all its steps, so that a slow client gains nothing by finishing some. */
  #deadline: Instant | undefined;
  readonly #transmits: Uint8Array[] = [];
  readonly #events: Socks5Event[] = [];

  /** @param now when the client connected */
  constructor(options: Socks5ServerOptions, now: Instant) {
    this.#users = options.users;
    this.#deadline = now + (options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS);
  }

  /** Octets of payload that wait for {@link takePipelined}. */
  get pipelinedOctets(): number {
    return this.#pipeline.octets;
  }

  /** Whether the driver must stop reading from the client until {@link takePipelined}. */
  get isPipelineFull(): boolean {
    return this.#pipeline.isFull;
  }

  /** Octets of the handshake that are held because a message is not whole yet. */
  get heldOctets(): number {
    return this.#held.length;
  }

  /** Takes octets from the client, borrowed, in any split. After a close they are thrown away. */
  handleReceive(octets: Uint8Array, now: Instant): void {
    this.handleTimeout(now);
    if (this.#step === "answer" || this.#step === "relay") this.#keepPayload(octets);
    else if (this.#step !== "closed") this.#negotiate(octets);
  }

  /** The client ended its direction. After a whole request that is the relay's to pass on, behind the payload. */
  handleEnd(): void {
    if (this.#isNegotiating) this.#close("client-ended");
  }

  handleTimeout(now: Instant): void {
    if (this.#deadline !== undefined && this.#deadline <= now) this.#close("handshake-timeout");
  }

  pollTransmit(): Uint8Array | undefined {
    return this.#transmits.shift();
  }

  nextTimeout(): Instant | undefined {
    return this.#deadline;
  }

  pollEvent(): Socks5Event | undefined {
    return this.#events.shift();
  }

  /**
   * Answers the request, once; drain `pollTransmit` after it. A failure closes; after a success the client's octets
   * are the relay's.
   * Nothing happens when the connection was closed meanwhile.
   *
   * @param bound where the egress connects from; without it the client is told 0.0.0.0:0
   * @throws Error when there is no request to answer
   */
  reply(reply: Socks5Reply, bound: BoundAddress | undefined): void {
    if (this.#step === "closed") return;
    if (this.#step !== "answer")
      throw new Error(`no SOCKS5 request waits for a reply in step ${this.#step}: reply once, after the event request`);
    this.#transmits.push(encodeReply(reply, bound));
    if (reply === "succeeded") this.#step = "relay";
    else this.#close("request-failed");
  }

  /**
   * Removes and returns the payload that came behind the request. It may be taken as soon as there is a request, to
   * travel with the open, and must be taken before the relay passes on octets of its own.
   */
  takePipelined(): Uint8Array {
    return this.#pipeline.take();
  }

  get #isNegotiating(): boolean {
    return this.#step === "greeting" || this.#step === "credentials" || this.#step === "request";
  }

  #negotiate(octets: Uint8Array): void {
    let rest = this.#held.length === 0 ? octets : joined(this.#held, octets);
    while (this.#isNegotiating) {
      const used = this.#handleMessage(rest);
      if (used === 0) break;
      rest = rest.subarray(used);
    }
    this.#held = this.#isNegotiating ? rest.slice() : NOTHING;
    if (this.#step === "answer") this.#keepPayload(rest);
  }

  /** Handles the message at the front of `octets` and returns its length, 0 when it is not whole or not acceptable. */
  #handleMessage(octets: Uint8Array): number {
    switch (this.#step) {
      case "greeting":
        return this.#handleGreeting(octets);
      case "credentials":
        return this.#handleCredentials(decodeCredentials(octets));
      default:
        return this.#handleRequest(decodeRequest(octets));
    }
  }

  #handleGreeting(octets: Uint8Array): number {
    const version = octets[0];
    if (version !== undefined && version !== SOCKS_VERSION) {
      this.#refuseForeign(foreignProtocolOf(version));
      return 0;
    }
    const greeting = decodeGreeting(octets);
    if (greeting.state !== "complete") return 0;
    const method = selectMethod(greeting.message, this.#users !== undefined);
    this.#transmits.push(encodeMethodSelection(method));
    if (method === METHOD_NONE_ACCEPTABLE) this.#close("method-not-acceptable");
    else this.#step = this.#users === undefined ? "request" : "credentials";
    return greeting.octets;
  }

  #refuseForeign(reason: Socks5CloseReason): void {
    if (reason === "http-client") this.#transmits.push(encodeHttpRefusal());
    if (reason === "socks4-client") this.#transmits.push(encodeSocks4Refusal());
    this.#close(reason);
  }

  #handleCredentials(credentials: Decoded<Credentials, "authentication-malformed">): number {
    if (credentials.state === "incomplete") return 0;
    this.#user = credentials.state === "complete" ? this.#users?.authenticate(credentials.message) : undefined;
    const isAuthenticated = this.#user !== undefined;
    this.#transmits.push(encodeAuthenticationStatus(isAuthenticated ? STATUS_SUCCESS : STATUS_FAILURE));
    if (isAuthenticated) this.#step = "request";
    else this.#close(credentials.state === "complete" ? "authentication-failed" : credentials.refusal);
    return credentials.state === "complete" ? credentials.octets : 0;
  }

  #handleRequest(request: Decoded<Socks5Request, RequestRefusal>): number {
    if (request.state === "incomplete") return 0;
    if (request.state === "refused") {
      this.#transmits.push(encodeReply(request.refusal.reply, undefined));
      this.#close(request.refusal.reason);
      return 0;
    }
    this.#step = "answer";
    this.#deadline = undefined;
    this.#events.push({ type: "request", request: request.message, user: this.#user });
    return request.octets;
  }

  #keepPayload(octets: Uint8Array): void {
    if (!this.#pipeline.push(octets)) this.#close("pipeline-overflow");
  }

  #close(reason: Socks5CloseReason): void {
    this.#step = "closed";
    this.#deadline = undefined;
    this.#held = NOTHING;
    this.#pipeline.clear();
    this.#events.push({ type: "close", reason });
  }
}

function joined(held: Uint8Array, octets: Uint8Array): Uint8Array {
  const both = new Uint8Array(held.length + octets.length);
  both.set(held);
  both.set(octets, held.length);
  return both;
}
