/** Octets of the connection ids that this node chooses. */
export const CONNECTION_ID_OCTETS = 8;

/** The longest connection id of QUIC version 1 (RFC 9000 section 17.2). */
export const CONNECTION_ID_MAX_OCTETS = 20;

/**
 * The first six of the octets at `offset` as a number: a map key without a string or a BigInt per packet. Two ids may
 * share it: compare the octets where that matters.
 */
export function keyOf(octets: Uint8Array, offset: number): number {
  const high = ((octets[offset] ?? 0) << 8) | (octets[offset + 1] ?? 0);
  const middle = ((octets[offset + 2] ?? 0) << 8) | (octets[offset + 3] ?? 0);
  const low = ((octets[offset + 4] ?? 0) << 8) | (octets[offset + 5] ?? 0);
  return high * 0x1_0000_0000 + middle * 0x1_0000 + low;
}

/** Whether two runs of octets are the same; not for secrets. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
