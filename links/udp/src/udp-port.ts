import type { IpEndpoint, LocalAddress } from "@flor/host/datagram";
import type { Instant } from "@flor/machine";
import type { Token } from "@flor/wire";
import type { Punch } from "@flor/reach";
import { PathProbe } from "./path-probe.ts";
import { RecentIds } from "./recent-ids.ts";

/** One neighbour, as this link knows it. */
export class UdpPort {
  readonly number: number;
  key: string;
  /** As configured; empty: the neighbour comes to us. */
  address = "";
  /** Frames that carry it are this neighbour's wherever they come from. */
  token: Token | undefined;
  /** Where its frames go; `undefined` until a name is resolved or the neighbour comes. */
  endpoint: IpEndpoint | undefined;
  /** Which of our addresses the neighbour speaks to, and expects answers from; `undefined`: the routing table chooses. */
  local: LocalAddress | undefined;
  /** A stranger's first frame made it. */
  isProvisional = false;
  /** When its last datagram came. */
  heardAt: Instant = -Infinity;
  /** When a datagram with its token last came. */
  provenAt: Instant = -Infinity;
  /** Why it is not reached, for people; empty: nothing is known. */
  problem = "";
  /** Why nothing can be sent there now, for people; empty: it can, as far as is known. */
  cut = "";
  /** When it was {@link cut}. */
  cutAt: Instant = -Infinity;
  /** When it was last doubted that somebody is there. */
  doubtedAt: Instant = -Infinity;
  /** When it was last found that nobody is there. */
  refusedAt: Instant = -Infinity;
  /** It was heard although no way seemed to lead there: what the kernel says of that is wrong, until it says otherwise. */
  isWayDisproven = false;
  /** Where it was when the way there was last asked for. */
  askedWayTo: IpEndpoint | undefined;
  /** When its address was last looked at. */
  lookedAt: Instant = -Infinity;
  /** When its name was last resolved. */
  resolvedAt: Instant = -Infinity;
  /** Which of the name's addresses is next. */
  resolutions = 0;
  /** Where it may be, if it may be behind a NAT. */
  punch: Punch | undefined;
  /** The round that {@link punch} is at, as the node counts. */
  punchRound = -1;
  /** Probes to it carry this. */
  candidateToken: Token | undefined;
  /** What crosses the path whole. */
  readonly path: PathProbe;
  /** The largest frame carried. */
  mtu = 0;
  /** Number of the last frame sent in segments. */
  segmentId: number;
  /** Frames that are partly here. */
  partialFrames = 0;
  readonly recentIds: RecentIds = new RecentIds();

  constructor(number: number, key: string, path: PathProbe) {
    this.number = number;
    this.key = key;
    this.path = path;
    // After a restart the numbers go on elsewhere, so that the neighbour does not take them for duplicates.
    this.segmentId = path.nextNonce() & 0xffff;
  }

  /** Takes the address that a datagram of this neighbour was sent to; a socket may not know it. */
  answerFrom(local: LocalAddress | undefined): void {
    if (local !== undefined) this.local = local;
  }
}
