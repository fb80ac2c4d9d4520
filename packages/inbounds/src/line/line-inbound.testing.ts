import { type Conversation, type Inbound, INCOMPLETE, type LocalSocket, type Progress } from "@flor/flows";
import { Cause } from "@flor/wire";
import { parseAuthority } from "../authority.ts";
import { octetsOf, textOf } from "../text.ts";

/** A line is `host:port`, with room for the longest name. */
const LINE_MAX_OCTETS = 300;

/** Clients write `host:port` and a newline, read `ok` or why not, and are connected. */
export function createLineInbound(): Inbound {
  return { kind: "line", converse: (socket) => new LineConversation(socket) };
}

class LineConversation implements Conversation {
  readonly #socket: LocalSocket;
  #line = "";

  constructor(socket: LocalSocket) {
    this.#socket = socket;
  }

  handleOctets(octets: Uint8Array): Progress {
    const before = this.#line.length;
    this.#line += textOf(octets.subarray(0, LINE_MAX_OCTETS));
    const end = this.#line.indexOf("\n");
    if (end < 0) return this.#line.length < LINE_MAX_OCTETS ? INCOMPLETE : this.#refuse("line-too-long");
    const destination = parseAuthority(this.#line.slice(0, end));
    if (destination === undefined) return this.#refuse("line-malformed");
    const socket = this.#socket;
    // What came behind the line travels with the request, in octets of its own.
    const early = octets.slice(end + 1 - before);
    const reply = (cause: Cause): void =>
      void socket.write(octetsOf(cause === Cause.OK ? "ok\n" : `not connected: ${Cause[cause]}\n`));
    return { state: "requested", request: { network: "tcp", destination, user: undefined, early, socket, reply } };
  }

  #refuse(reason: string): Progress {
    this.#socket.write(octetsOf(`${reason}\n`));
    this.#socket.end();
    return { state: "refused", reason };
  }
}
