/**
 * The HTTP proxy's side of one client, up to its request: CONNECT (RFC 9110 section 9.3.6), or one request for an `http:`
 * URL (RFC 9112 section 3.2.2). Either way one connection carries one request.
 */
import { type Conversation, INCOMPLETE, type LocalSocket, type Progress } from "@flor/flows";
import { Cause } from "@flor/wire";
import { parseAuthority } from "../authority.ts";
import type { Users } from "../users.ts";
import { parseBasicCredentials } from "./basic-credentials.ts";
import { bodyLengthOf } from "./body-length.ts";
import { BodyReader } from "./body-reader.ts";
import { BodySocket } from "./body-socket.ts";
import { forwardedHeadOf } from "./forwarded-head.ts";
import { ownPageFor } from "./own-page.ts";
import { HEAD_MAX_OCTETS, LINE_FEED, readHead, type RequestHead, valuesOf } from "./request-head.ts";
import { CONNECTED, encodeFailure, encodeResponse, PROXY_AUTHENTICATE } from "./response.ts";

const NOTHING = new Uint8Array(0);

/** One HTTP client. */
export class HttpConversation implements Conversation {
  readonly #socket: LocalSocket;
  readonly #users: Users | undefined;
  /** The start of a head that is not whole yet: at most `HEAD_MAX_OCTETS` and one read. */
  #held: Uint8Array = NOTHING;

  /** @param users who may ask, by Basic authentication; `undefined`: everybody */
  constructor(socket: LocalSocket, users: Users | undefined) {
    this.#socket = socket;
    this.#users = users;
  }

  handleOctets(octets: Uint8Array): Progress {
    const all = new Uint8Array(this.#held.length + octets.length);
    all.set(this.#held);
    all.set(octets, this.#held.length);
    this.#held = all;
    // A client that sends octet by octet must not make us read its head as often.
    if (!octets.includes(LINE_FEED) && all.length < HEAD_MAX_OCTETS) return INCOMPLETE;
    const read = readHead(all);
    this.#held = read.state === "incomplete" ? all : NOTHING;
    if (read.state === "incomplete") return INCOMPLETE;
    if (read.state === "malformed") return this.#refuse(read.status, read.text, "http-malformed");
    return this.#handleHead(read.head, all.subarray(read.octets));
  }

  #handleHead(head: RequestHead, rest: Uint8Array): Progress {
    if (head.method !== "CONNECT" && head.target.startsWith("/")) {
      this.#socket.write(ownPageFor(head));
      return { state: "refused", reason: "http-own-page" };
    }
    const user = this.#userOf(head);
    if (user === false) return this.#refuse(407, "this proxy needs a user name and password", "http-authentication");
    return head.method === "CONNECT" ? this.#connect(head, rest, user) : this.#forward(head, rest, user);
  }

  /** The user who asks, `undefined` where everybody may; false: nobody that is known. */
  #userOf(head: RequestHead): string | undefined | false {
    if (this.#users === undefined) return undefined;
    const [value, ...others] = valuesOf(head, "proxy-authorization");
    const credentials = value === undefined || others.length > 0 ? undefined : parseBasicCredentials(value);
    return (credentials && this.#users.authenticate(credentials)) ?? false;
  }

  #connect(head: RequestHead, rest: Uint8Array, user: string | undefined): Progress {
    if (valuesOf(head, "content-length").length + valuesOf(head, "transfer-encoding").length > 0)
      return this.#refuse(400, "CONNECT has no body", "http-connect-body");
    const destination = parseAuthority(head.target);
    if (destination === undefined)
      return this.#refuse(400, "CONNECT needs host:port, with an IPv6 address in brackets", "http-target");
    const socket = this.#socket;
    const reply = (cause: Cause): void => void socket.write(cause === Cause.OK ? CONNECTED : encodeFailure(cause));
    return { state: "requested", request: { network: "tcp", destination, user, early: rest.slice(), socket, reply } };
  }

  #forward(head: RequestHead, rest: Uint8Array, user: string | undefined): Progress {
    const length = bodyLengthOf(head);
    if (length === undefined) return this.#refuse(400, "the length of the body is ambiguous", "http-body-length");
    const forwarded = forwardedHeadOf(head);
    if ("error" in forwarded) return this.#refuse(400, forwarded.error, "http-target");
    const body = new BodyReader(length);
    const first = rest.subarray(0, body.take(rest));
    if (body.isMalformed) return this.#refuse(400, "the body is malformed", "http-body");
    const early = new Uint8Array(forwarded.octets.length + first.length);
    early.set(forwarded.octets);
    early.set(first, forwarded.octets.length);
    const socket = new BodySocket(this.#socket, body);
    const reply = (cause: Cause): void => {
      if (cause !== Cause.OK) socket.write(encodeFailure(cause));
    };
    const { destination } = forwarded;
    return { state: "requested", request: { network: "tcp", destination, user, early, socket, reply } };
  }

  #refuse(status: number, text: string, reason: string): Progress {
    const fields = status === 407 ? [PROXY_AUTHENTICATE] : ["Proxy-Status: flor; error=http_request_error"];
    this.#socket.write(encodeResponse(status, `flor: ${text}`, fields));
    return { state: "refused", reason };
  }
}
