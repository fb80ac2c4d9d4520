/** {@link RouteWatch} by rtnetlink: notices of the kernel on one socket, questions on another. */
import type { IpEndpoint } from "./ip-endpoint.ts";
import { ERRNO } from "./linux-socket.ts";
import type { LocalAddress } from "./local-address.ts";
import {
  decodeNetlink,
  encodeLinkQuestion,
  encodeRouteQuestion,
  type NetlinkNews,
  sequenceOf,
  WATCHED_GROUPS,
} from "./netlink.ts";
import { NetlinkSocket } from "./netlink-socket.ts";
import { Readiness } from "./readiness.ts";
import { RouteNotices } from "./route-notices.ts";
import type { RouteWatch, Way } from "./route-watch.ts";

/** Answers to earlier questions that one passes over. */
const STALE_ANSWERS_MAX = 8;
/** More than a turn takes, as when a routing daemon starts: the rest is read after so long, and what the kernel cannot keep is lost. */
const STORM_PAUSE_MS = 100;
/** What the kernel says of a destination to which no route leads. */
const NO_ROUTE: ReadonlySet<number> = new Set([
  ERRNO.ENETUNREACH,
  ERRNO.EHOSTUNREACH,
  ERRNO.ENETDOWN,
  ERRNO.EADDRNOTAVAIL,
]);

/** Opens a {@link RouteWatch}. Throws SocketCallError where netlink is forbidden. */
export function openFfiRouteWatch(onChange: () => void): RouteWatch {
  const questions = new NetlinkSocket(0);
  let notices: NetlinkSocket | undefined;
  try {
    notices = new NetlinkSocket(WATCHED_GROUPS);
    return new FfiRouteWatch(questions, notices, onChange);
  } catch (error) {
    notices?.close();
    questions.close();
    throw error;
  }
}

class FfiRouteWatch implements RouteWatch {
  readonly #questions: NetlinkSocket;
  readonly #noticed: NetlinkSocket;
  readonly #notices: RouteNotices;
  readonly #onChange: () => void;
  readonly #readiness: Readiness;
  #sequence = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(questions: NetlinkSocket, notices: NetlinkSocket, onChange: () => void) {
    this.#questions = questions;
    this.#noticed = notices;
    this.#notices = new RouteNotices(notices);
    this.#onChange = onChange;
    this.#readiness = new Readiness(notices.fd, () => this.#receive());
    this.#readiness.start();
  }

  wayTo(to: IpEndpoint, from: LocalAddress | undefined): Way {
    const way = this.#askWay(to, from);
    // An address that this machine has lost is left to the routing table, as when a datagram is sent.
    return way === "no-route" && from !== undefined ? this.#askWay(to, undefined) : way;
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#readiness.close();
    this.#noticed.close();
    this.#questions.close();
  }

  #askWay(to: IpEndpoint, from: LocalAddress | undefined): Way {
    const route = this.#ask((sequence) => encodeRouteQuestion(to, from, sequence));
    if (route?.kind === "error") return NO_ROUTE.has(route.errno) || from !== undefined ? "no-route" : "unknown";
    if (route?.kind !== "route" || route.index === 0) return "unknown";
    const carries = this.#notices.carries(route.index) ?? this.#askLink(route.index);
    if (carries === undefined) return "unknown";
    return carries ? "open" : "no-carrier";
  }

  /** Whether the interface carries; from then on notices tell. */
  #askLink(index: number): boolean | undefined {
    const link = this.#ask((sequence) => encodeLinkQuestion(index, sequence));
    if (link?.kind !== "link") return undefined;
    this.#notices.note(index, link.carries);
    return link.carries;
  }

  /** The kernel's answer; `undefined`: it has none. */
  #ask(encode: (sequence: number) => Uint8Array): NetlinkNews | undefined {
    this.#sequence = (this.#sequence + 1) >>> 0;
    const { octets } = this.#questions;
    let answer = this.#questions.ask(encode(this.#sequence));
    for (let stale = 0; answer >= 0 && sequenceOf(octets, answer) !== this.#sequence; stale += 1) {
      if (stale >= STALE_ANSWERS_MAX) return undefined;
      answer = this.#questions.receive();
    }
    return answer < 0 ? undefined : decodeNetlink(octets, answer)[0];
  }

  #receive(): void {
    const isNews = this.#notices.read();
    if (this.#notices.mayHaveMore) {
      this.#readiness.stop();
      this.#pause = setTimeout(() => this.#readiness.start(), STORM_PAUSE_MS).unref();
    }
    if (isNews) this.#onChange();
  }
}
