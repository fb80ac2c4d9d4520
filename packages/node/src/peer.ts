import type { QuicConnection } from "@flor/quic";
import { LABEL_REST_MS, type LabelPath } from "@flor/label";
import type { Instant } from "@flor/machine";
import type { IngressFlow } from "@flor/flows";
import type { CarriedSession } from "./carried-session.ts";
import type { Neighbour } from "./neighbour.ts";
import type { Redial } from "./redial.ts";
import type { PeerSettings } from "./settings.ts";

/** Flows that wait for a session to one peer at most; a client beyond it is refused at once. */
export const WAITING_FLOWS_MAX = 4096;

/** Sessions go on over a path that was lost for this long: as long as labels rest, so that what it leads to is nobody else's. */
export const LOST_PATH_MS: number = LABEL_REST_MS;

/** A node that this one holds end-to-end sessions with. */
export class Peer {
  settings: PeerSettings;
  /** Node key: hex of the public key. */
  readonly key: string;
  /** Where frames for it go; `undefined`: nowhere now. */
  path: LabelPath<Neighbour> | undefined;
  /** The last one there was: what sessions have learned of their path is of this one. */
  lastPath: LabelPath<Neighbour> | undefined;
  /** What {@link lastPath} was chosen by: a way that the configuration does not want any more is not used on. */
  lastChosenBy: Pick<PeerSettings, "via" | "avoid"> | undefined;
  /** When {@link path} was lost; meaningless while there is one. */
  pathLostAt: Instant = -Infinity;
  /** How long sessions go on over {@link lastPath} from then on: a node on it that refuses to carry does so for less. */
  lostPathMs: number = LOST_PATH_MS;
  /** A node that {@link lastPath} leads over and that is no member any more: nothing goes that way again. */
  barredBy: string | undefined;
  /** Clients may be sent through it: hold a session at all times. */
  wanted = false;
  /** It takes over from the key that it had before: a session is to be opened, though no flow waits for it. */
  isTakingOver = false;
  /** Ways between networks need a session with it. */
  leaned = false;
  /** The session that we opened, and that our clients' streams use. */
  session: CarriedSession | undefined;
  /** How the last session with it ended, opened by either end; `undefined`: none has. */
  lastEnd: { readonly reason: string; readonly at: Instant } | undefined;
  /** It closed a session because it does not list this node any more, and took none since. */
  turnedAway: { readonly reason: string; readonly at: Instant } | undefined;
  readonly attempts: Map<QuicConnection<undefined>, Instant> = new Map();
  readonly redial: Redial;
  /** Flows that wait for `session`, with the instant at which they give up. */
  readonly waiting: Map<IngressFlow, Instant> = new Map();

  constructor(settings: PeerSettings, key: string, redial: Redial) {
    this.settings = settings;
    this.key = key;
    this.redial = redial;
  }

  /**
   * Where frames of a session that stands go: the path, or for a while the one that there was, when no other takes its place.
   * Hellos that come late make an adjacency silent over which frames pass, and others hear of its return later than it carries.
   */
  wayAt(now: Instant): LabelPath<Neighbour> | undefined {
    if (this.barredBy !== undefined) return undefined;
    if (this.path !== undefined) return this.path;
    if (now - this.pathLostAt >= this.lostPathMs) return undefined;
    const { settings, lastChosenBy } = this;
    return sameNames(settings.via, lastChosenBy?.via) && sameNames(settings.avoid, lastChosenBy?.avoid)
      ? this.lastPath
      : undefined;
  }
}

function sameNames(some: readonly string[] = [], others: readonly string[] = []): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index]);
}
