/** Bounds of an endpoint; `docs/limits.md` lists them. */
export const QUIC_LIMITS = {
  maxDatagramOctets: 16_384,
  /** Doubles each round trip in which the reader takes half of it. */
  initialStreamWindowOctets: 524_288,
  maxStreamWindowOctets: 16_777_216,
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
  /** Stateless resets answered a second. */
  resetsPerSecond: 16,
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
