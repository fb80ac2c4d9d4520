/** Why the node dropped a frame. Every reason is counted and shown by `flor status`. */
export const DROP_REASONS = [
  "unknown-port",
  "bad-token",
  "malformed",
  /** An admission packet beyond the rate limit. */
  "admission-flood",
  "unknown-label",
  /** The label of a way between networks that is over, or leads nowhere now. */
  "binding-gone",
  /** Counts sessions: their way led over a node that is no member any more. */
  "way-barred",
  "no-next-label",
  "no-next-hop",
  /** Already repaired around one silent node, and met another. */
  "repair-failed",
  "ttl-expired",
  /** More labels than a frame may have. */
  "too-deep",
  "too-big",
  /** For another neighbour, and this node carries nothing for others. */
  "transit-refused",
  "transit-queue",
  "transit-down",
  "northbound-port",
  "northbound-path",
  "northbound-too-big",
  "northbound-credit",
  "northbound-absent",
] as const;

/** Why the node dropped a frame. */
export type DropReason = (typeof DROP_REASONS)[number];
