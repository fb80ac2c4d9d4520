import type { QuicConnection } from "@flor/quic";
import type { LabelPath } from "@flor/label";
import type { Instant } from "@flor/machine";
import type { IngressFlow } from "@flor/flows";
import type { CarriedSession } from "./carried-session.ts";
import type { Neighbour } from "./neighbour.ts";
import type { Redial } from "./redial.ts";
import type { PeerSettings } from "./settings.ts";

/** Flows that wait for a session to one peer at most; a client beyond it is refused at once. */
export const WAITING_FLOWS_MAX = 4096;

/** A node that this one holds end-to-end sessions with. */
export class Peer {
  settings: PeerSettings;
  /** Node key: hex of the public key. */
  readonly key: string;
  /** Where frames for it go; `undefined`: nowhere now. */
  path: LabelPath<Neighbour> | undefined;
  /** The last one there was: what sessions have learned of their path is of this one. */
  lastPath: LabelPath<Neighbour> | undefined;
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
}
