/**
 * SOCKS4 and SOCKS4a, the server's side. There is no authentication but a name that anybody may claim.
 *
 *  | VN (04) | CD (01) | DSTPORT (2) | DSTIP (4) | USERID … 00 | for DSTIP 0.0.0.x, x ≠ 0: name … 00 |
 *
 * and the answer: | VN (00) | CD (5A granted, 5B rejected) | DSTPORT (2) | DSTIP (4) |
 */
import { type BoundAddress, type Conversation, INCOMPLETE, type LocalSocket, type Progress } from "@flor/flows";
import { Cause, type Target } from "@flor/wire";
import { targetOfDomain } from "../target.ts";

const COMMAND_CONNECT = 1;
const GRANTED = 0x5a;
const REJECTED = 0x5b;
/** Without an identity that it can believe, a listener with users rejects: the protocol knows no password. */
const REJECTED_USER = 0x5d;
const FIXED_OCTETS = 8;
const TEXT_MAX_OCTETS = 255;

/** Why a client is refused. */
export type Socks4Refusal =
  | "socks4-command-not-supported"
  | "socks4-users-required"
  | "socks4-text-too-long"
  | "domain-malformed"
  | "port-zero";

/** One SOCKS4 client. */
export class Socks4Conversation implements Conversation {
  readonly #socket: LocalSocket;
  readonly #hasUsers: boolean;
  #held = new Uint8Array(0);

  /** @param hasUsers the listener asks for passwords: nobody may ask by SOCKS4 */
  constructor(socket: LocalSocket, hasUsers: boolean) {
    this.#socket = socket;
    this.#hasUsers = hasUsers;
  }

  handleOctets(octets: Uint8Array): Progress {
    const all = new Uint8Array(this.#held.length + octets.length);
    all.set(this.#held);
    all.set(octets, this.#held.length);
    const progress = this.#read(all);
    this.#held = progress.state === "incomplete" ? all : new Uint8Array(0);
    return progress;
  }

  #read(octets: Uint8Array): Progress {
    if (octets.length < FIXED_OCTETS) return INCOMPLETE;
    if (this.#hasUsers) return this.#refuse("socks4-users-required", REJECTED_USER);
    if (octets[1] !== COMMAND_CONNECT) return this.#refuse("socks4-command-not-supported");
    const userEnd = endOfText(octets, FIXED_OCTETS);
    if (userEnd === "too-long") return this.#refuse("socks4-text-too-long");
    if (userEnd === undefined) return INCOMPLETE;
    const port = ((octets[2] ?? 0) << 8) | (octets[3] ?? 0);
    if (port === 0) return this.#refuse("port-zero");
    const address = octets.slice(4, FIXED_OCTETS);
    if (!isNamed(address)) return this.#request({ kind: "address", address }, port, octets.slice(userEnd + 1));
    const nameEnd = endOfText(octets, userEnd + 1);
    if (nameEnd === "too-long") return this.#refuse("socks4-text-too-long");
    if (nameEnd === undefined) return INCOMPLETE;
    const name = octets.subarray(userEnd + 1, nameEnd);
    const target = name.length === 0 ? undefined : targetOfDomain(name);
    if (target === undefined) return this.#refuse("domain-malformed");
    return this.#request(target, port, octets.slice(nameEnd + 1));
  }

  #request(target: Target, port: number, early: Uint8Array): Progress {
    const socket = this.#socket;
    const reply = (cause: Cause, bound: BoundAddress | undefined): void =>
      void socket.write(encodeReply(cause === Cause.OK ? GRANTED : REJECTED, bound));
    const request = { network: "tcp", destination: { target, port }, user: undefined, early, socket, reply } as const;
    return { state: "requested", request };
  }

  #refuse(reason: Socks4Refusal, code: number = REJECTED): Progress {
    this.#socket.write(encodeReply(code, undefined));
    return { state: "refused", reason };
  }
}

/** Offset of the NUL that ends the text at `from`; `undefined`: it has not come. */
function endOfText(octets: Uint8Array, from: number): number | "too-long" | undefined {
  const end = octets.indexOf(0, from);
  if ((end < 0 ? octets.length : end) - from > TEXT_MAX_OCTETS) return "too-long";
  return end < 0 ? undefined : end;
}

/** SOCKS4a: an address that no host has says that a name follows. */
function isNamed(address: Uint8Array): boolean {
  return address[0] === 0 && address[1] === 0 && address[2] === 0 && address[3] !== 0;
}

function encodeReply(code: number, bound: BoundAddress | undefined): Uint8Array {
  const reply = new Uint8Array(FIXED_OCTETS);
  reply[1] = code;
  if (bound?.address.length !== 4) return reply;
  new DataView(reply.buffer).setUint16(2, bound.port & 0xffff);
  reply.set(bound.address, 4);
  return reply;
}
