/** Why the node dropped a frame. Every reason is counted and shown by `flor status`. */
export const DROP_REASONS = [
  "unknown-port",
  "bad-token",
  "malformed",
  /** A packet that wants admission, beyond the octets that are looked at. */
  "admission-flood",
  "unknown-label",
  "no-next-label",
  "no-next-hop",
  /** Went round a silent node already, and met another. */
  "repair-failed",
  "ttl-expired",
  /** More labels than a frame may have. */
  "too-deep",
  "too-big",
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
