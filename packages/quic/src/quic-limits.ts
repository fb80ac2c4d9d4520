/** Bounds of an endpoint; `docs/limits.md` lists them. */
export const QUIC_LIMITS = {
  maxDatagramOctets: 16_384,
  /** quiche restarts its window at 32 KiB once the first is used up, and doubles it each round trip: not too little. */
  initialStreamWindowOctets: 2_097_152,
  maxStreamWindowOctets: 6_291_456,
  /** All of it at once: readers that stall, up to sixty, must not stop the others. */
  maxConnectionWindowOctets: 134_217_728,
  furtherConnectionWindowOctets: 16_777_216,
  leastConnectionWindowOctets: 4_194_304,
  allWindowsOctets: 2_147_483_648,
  maxPeerStreams: 10_000,
  idleTimeoutMs: 30_000,
  halfOpen: 1024,
  /** Served to all peers, half-open ones included. */
  connections: 2048,
  /** Half-open ones included. */
  connectionsOfPeer: 8,
  replies: 64,
} as const;

const CONTROL_WINDOW_OCTETS = 1_048_576;

/** Where they differ for connections between neighbours: one stream, and messages that are read as they come. */
export const CONTROL_QUIC_LIMITS: Readonly<Record<keyof typeof QUIC_LIMITS, number>> = {
  ...QUIC_LIMITS,
  initialStreamWindowOctets: CONTROL_WINDOW_OCTETS,
  maxStreamWindowOctets: CONTROL_WINDOW_OCTETS,
  maxConnectionWindowOctets: CONTROL_WINDOW_OCTETS,
  furtherConnectionWindowOctets: CONTROL_WINDOW_OCTETS,
  leastConnectionWindowOctets: CONTROL_WINDOW_OCTETS,
  maxPeerStreams: 1,
};
