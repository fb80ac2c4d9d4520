/** Bounds of an endpoint; `docs/limits.md` lists them. */
export const QUIC_LIMITS = {
  maxDatagramOctets: 16_384,
  /** quiche restarts its window at 32 KiB once the first is used up, and doubles it each round trip: not too little. */
  initialStreamWindowOctets: 2_097_152,
  maxStreamWindowOctets: 6_291_456,
  /** All of it at once: readers that stall, up to sixty, must not stop the others. */
  initialConnectionWindowOctets: 134_217_728,
  maxConnectionWindowOctets: 134_217_728,
  maxPeerStreams: 10_000,
  idleTimeoutMs: 30_000,
  halfOpen: 1024,
  /** Half-open ones included. */
  connectionsOfPeer: 8,
  replies: 64,
} as const;
