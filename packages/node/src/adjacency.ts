import { AdjacencyCost, FlapDamping } from "@flor/link-state";
import type { Token } from "@flor/wire";
import { type Instant, RateBudget } from "@flor/machine";
import { admissionBudget } from "./admission-budget.ts";
import { HELLO_INTERVAL_MS } from "./hello.ts";
import type { NodeLink } from "./node-link.ts";
import type { Neighbour } from "./neighbour.ts";

/** QUIC's 1200 octets (RFC 9000 section 14.1) in an admission envelope: the first packet is as long on every path. */
export const QUIC_DATAGRAM_OCTETS: number = 1200 + 32;
/** Frames of this size must cross, or QUIC cannot: its first packet under two labels. */
export const PORT_MTU_MIN: number = QUIC_DATAGRAM_OCTETS + 16 + 8;

/** Kinds of links over which a loss holds up everything behind it. */
const STREAM_LINKS = ["tcp", "exec", "pt"];
const STREAM_COST_FACTOR = 1.5;

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
  /** Why the neighbour is not reached, in the link's words; empty: the link knows nothing. */
  problem = "";
  /** We chose it: frames from the neighbour must carry it. */
  readonly localToken: Token;
  /** The neighbour chose it; `undefined` before its introduction. */
  peerToken: Token | undefined;
  neighbour: Neighbour | undefined;
  readonly localDiscriminator: number;
  peerDiscriminator = 0;
  /** The neighbour speaks version 1 of the control messages, and does not say whether it hears this node. */
  isFormerVersion = false;
  /** Hellos are heard at both ends (RFC 5880 state Up). */
  alive = false;
  lastHeardAt: Instant = -Infinity;
  /** When the neighbour said that it stops; `undefined`: it did not, or it is back. */
  farewellAt: Instant | undefined;
  /** Why one of both ends turned the other away at {@link farewellAt}; `undefined`: the neighbour stopped. */
  farewellReason: string | undefined;
  /** It was this node that turned the neighbour away. */
  isFarewellOurs = false;
  /** When it last became alive after having been so before; -Infinity: it never went silent. */
  returnedAt: Instant = -Infinity;
  /** Both ends send hellos this often, as the slower of them wants. */
  helloIntervalMs: number = HELLO_INTERVAL_MS;
  /** Round trip by hello, milliseconds; `undefined` before the first. */
  rttMs: number | undefined;
  /** What sending over it costs. */
  readonly cost: AdjacencyCost;
  readonly pathTooBigs: RateBudget = new RateBudget(PATH_TOO_BIG_PER_SECOND);
  #hasBeenAlive = false;
  readonly #damping = new FlapDamping();
  readonly #admission = admissionBudget();

  constructor(link: NodeLink, key: string, localToken: Token, localDiscriminator: number) {
    this.link = link;
    this.key = key;
    this.localToken = localToken;
    this.localDiscriminator = localDiscriminator;
    this.cost = new AdjacencyCost(STREAM_LINKS.includes(link.kind) ? STREAM_COST_FACTOR : 1);
  }

  /** From then on it may carry flows that have another path; in the past unless it flaps. */
  get heldUntil(): Instant {
    return this.#damping.heldUntil;
  }

  /** Alive, and not only for a moment. */
  isSteady(now: Instant): boolean {
    return this.alive && now >= this.heldUntil;
  }

  /**
   * It came alive, or is down: by silence that nobody announced or since its link says that nothing can leave, which tell of a bad
   * path, or by the word of the neighbour, or since the link went away, which do not.
   */
  setAlive(alive: boolean, isBadPath: boolean, now: Instant): void {
    if (alive && this.#hasBeenAlive) this.returnedAt = now;
    if (alive) this.#hasBeenAlive = true;
    else if (isBadPath && this.#isKnown) this.#damping.handleDown(now);
    this.alive = alive;
  }

  /** Frames can be sent: the link carries, nobody drains it, and the neighbour told its token. */
  get isUsable(): boolean {
    return this.portUp && this.#isKnown;
  }

  /** The link is there and nobody drains it, and the neighbour told its token. */
  get #isKnown(): boolean {
    return this.port !== 0 && this.peerToken !== undefined && !this.link.isDraining;
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
