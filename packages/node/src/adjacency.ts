import type { Token } from "@flor/wire";
import { type Instant, RateBudget } from "@flor/machine";
import { admissionBudget } from "./admission-budget.ts";
import type { NodeLink } from "./node-link.ts";
import type { Neighbour } from "./neighbour.ts";

/** QUIC's 1200 octets (RFC 9000 section 14.1) in an admission envelope: the first packet is as long on every path. */
export const QUIC_DATAGRAM_OCTETS: number = 1200 + 32;
/** Frames of this size must cross, or QUIC cannot: its first packet under two labels. */
export const PORT_MTU_MIN: number = QUIC_DATAGRAM_OCTETS + 16 + 8;

/** Times a second that a neighbour is told that its frames do not fit where they are sent. */
const PATH_TOO_BIG_PER_SECOND = 10;

/**
 * One port of one link, and the neighbour behind it once it is authenticated. It outlives the link's process: when
 * the link comes back with the same key, tokens and control connection still hold.
 */
export class Adjacency {
  readonly link: NodeLink;
  /** The link's stable name of the port. */
  key: string;
  /** The link's number of the port; 0 while the link is away. */
  port = 0;
  /** The link says that the port carries. */
  portUp = false;
  provisional = false;
  /** Largest frame, header included, octets. */
  mtu = 0;
  /** Largest frame that crosses unsegmented, octets. */
  segmentMtu = 0;
  address = "";
  /** We chose it: frames from the neighbour must bear it. */
  readonly localToken: Token;
  /** The neighbour chose it; `undefined` before its introduction. */
  peerToken: Token | undefined;
  neighbour: Neighbour | undefined;
  readonly localDiscriminator: number;
  peerDiscriminator = 0;
  /** Hellos are heard (RFC 5880 state Up). */
  alive = false;
  lastHeardAt: Instant = -Infinity;
  /** When it last became alive after having been so before; -Infinity: it never went silent. */
  returnedAt: Instant = -Infinity;
  nextHelloAt: Instant = Infinity;
  /** Round trip by hello, milliseconds; `undefined` before the first. */
  rttMs: number | undefined;
  readonly pathTooBigs: RateBudget = new RateBudget(PATH_TOO_BIG_PER_SECOND);
  readonly #admission = admissionBudget();

  constructor(link: NodeLink, key: string, localToken: Token, localDiscriminator: number) {
    this.link = link;
    this.key = key;
    this.localToken = localToken;
    this.localDiscriminator = localDiscriminator;
  }

  /** Frames can be sent: the link carries, nobody drains it, and the neighbour told its token. */
  get isUsable(): boolean {
    return this.portUp && this.port !== 0 && this.peerToken !== undefined && !this.link.isDraining;
  }

  /** What packets that want admission may cost: strangers share what their link has, and starve no neighbour. */
  get admission(): RateBudget {
    return this.neighbour === undefined ? this.link.admission : this.#admission;
  }

  /** The link went away: keep what the neighbour knows of us, until the link returns. */
  detachPort(): void {
    this.port = 0;
    this.portUp = false;
  }
}
