/**
 * The server's side of SOCKS5, from a client's first octet to its request (RFC 1928, RFC 1929). Step 2 of the corridor.
 *
 *   greeting ──▶ credentials ──▶ request
 *       └──────────────────────────▲  without users
 */
import {
  type BoundAddress,
  type Conversation,
  type DatagramRouter,
  INCOMPLETE,
  type LocalSocket,
  type Progress,
} from "@flor/flows";
import type { Cause } from "@flor/wire";
import type { OpenClientDatagrams } from "../client-datagrams.ts";
import { Association } from "./association.ts";
import type { Socks5CloseReason } from "./close-reason.ts";
import { decodeCredentials, encodeAuthenticationStatus } from "./credentials.ts";
import { encodeHttpRefusal, encodeSocks4Refusal, foreignProtocolOf } from "./foreign-protocol.ts";
import { decodeGreeting, encodeMethodSelection, selectMethod } from "./greeting.ts";
import { encodeReply } from "./reply.ts";
import { socks5ReplyOf } from "./reply-of-cause.ts";
import { decodeRequest, type Socks5Request } from "./request.ts";
import { METHOD_NONE_ACCEPTABLE, METHOD_USERNAME_PASSWORD, SOCKS_VERSION, type Socks5Reply } from "./rfc1928.ts";
import { STATUS_FAILURE, STATUS_SUCCESS } from "./rfc1929.ts";
import type { Users } from "../users.ts";

type Step = "greeting" | "credentials" | "request";

/** What became of the message at the front: the octets that it took, or the end. */
type Outcome = number | Exclude<Progress, { state: "incomplete" }>;

const NOTHING = new Uint8Array(0);

/** One SOCKS5 client. */
export class Socks5Conversation implements Conversation {
  readonly #socket: LocalSocket;
  readonly #users: Users | undefined;
  readonly #openSocket: OpenClientDatagrams | undefined;
  #step: Step = "greeting";
  #user: string | undefined;
  /** The start of a message that is not whole yet: less than 513 octets, the longest of them (RFC 1929). */
  #held: Uint8Array = NOTHING;

  /**
   * @param users who may ask, by RFC 1929; `undefined`: everybody
   * @param openSocket for UDP ASSOCIATE; `undefined`: there is none
   */
  constructor(socket: LocalSocket, users: Users | undefined, openSocket?: OpenClientDatagrams) {
    this.#openSocket = openSocket;
    this.#socket = socket;
    this.#users = users;
  }

  /** Octets that are held because a message is not whole yet. */
  get heldOctets(): number {
    return this.#held.length;
  }

  handleOctets(octets: Uint8Array): Progress {
    let rest = this.#held.length === 0 ? octets : joined(this.#held, octets);
    for (;;) {
      const outcome = this.#handleMessage(rest);
      if (typeof outcome !== "number") {
        this.#held = NOTHING;
        return outcome;
      }
      if (outcome === 0) break;
      rest = rest.subarray(outcome);
    }
    this.#held = rest.slice();
    return INCOMPLETE;
  }

  /** Handles the message at the front of `octets`; 0: it is not whole. */
  #handleMessage(octets: Uint8Array): Outcome {
    if (this.#step === "greeting") return this.#handleGreeting(octets);
    if (this.#step === "credentials") return this.#handleCredentials(octets);
    return this.#handleRequest(octets);
  }

  #handleGreeting(octets: Uint8Array): Outcome {
    const version = octets[0];
    if (version !== undefined && version !== SOCKS_VERSION) return this.#refuseForeign(foreignProtocolOf(version));
    const greeting = decodeGreeting(octets);
    if (greeting.state !== "complete") return 0;
    const method = selectMethod(greeting.message, this.#users !== undefined);
    this.#socket.write(encodeMethodSelection(method));
    if (method === METHOD_NONE_ACCEPTABLE) return refused("method-not-acceptable");
    this.#step = method === METHOD_USERNAME_PASSWORD ? "credentials" : "request";
    return greeting.octets;
  }

  #refuseForeign(reason: Socks5CloseReason): Outcome {
    if (reason === "http-client") this.#socket.write(encodeHttpRefusal());
    if (reason === "socks4-client") this.#socket.write(encodeSocks4Refusal());
    return refused(reason);
  }

  #handleCredentials(octets: Uint8Array): Outcome {
    const credentials = decodeCredentials(octets);
    if (credentials.state === "incomplete") return 0;
    this.#user = credentials.state === "complete" ? this.#users?.authenticate(credentials.message) : undefined;
    const isAuthenticated = credentials.state === "complete" && (this.#users === undefined || this.#user !== undefined);
    this.#socket.write(encodeAuthenticationStatus(isAuthenticated ? STATUS_SUCCESS : STATUS_FAILURE));
    if (credentials.state === "refused") return refused(credentials.refusal);
    if (!isAuthenticated) return refused("authentication-failed");
    this.#step = "request";
    return credentials.octets;
  }

  #handleRequest(octets: Uint8Array): Outcome {
    const request = decodeRequest(octets);
    if (request.state === "incomplete") return 0;
    if (request.state === "refused") return this.#refuse(request.refusal.reply, request.refusal.reason);
    const { message } = request;
    return message.command === "associate"
      ? this.#associate(message.port)
      : this.#requested(message, octets.slice(request.octets));
  }

  #refuse(reply: Socks5Reply, reason: Socks5CloseReason): Outcome {
    this.#socket.write(encodeReply(reply, undefined));
    return refused(reason);
  }

  #associate(port: number): Outcome {
    const [socket, user, openSocket] = [this.#socket, this.#user, this.#openSocket];
    if (openSocket === undefined || socket.local === undefined)
      return this.#refuse("command-not-supported", "command-not-supported");
    const begin = (router: DatagramRouter): void => Association.begin({ socket, user, port, openSocket }, router);
    return { state: "associated", begin };
  }

  #requested({ target, port }: Extract<Socks5Request, { command: "connect" }>, early: Uint8Array): Outcome {
    const socket = this.#socket;
    const reply = (cause: Cause, bound: BoundAddress | undefined): void =>
      void socket.write(encodeReply(socks5ReplyOf(cause), bound));
    const request = { network: "tcp", destination: { target, port }, user: this.#user, early, socket, reply } as const;
    return { state: "requested", request };
  }
}

function refused(reason: Socks5CloseReason): Outcome {
  return { state: "refused", reason };
}

function joined(held: Uint8Array, octets: Uint8Array): Uint8Array {
  const both = new Uint8Array(held.length + octets.length);
  both.set(held);
  both.set(octets, held.length);
  return both;
}
