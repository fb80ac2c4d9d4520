/** `length` octets that tell their place, so that none can be lost, doubled or moved unseen. */
export function placedOctets(length: number): Buffer {
  const octets = Buffer.alloc(length);
  for (let at = 0; at < length; at++) octets[at] = (at * 31 + (at >> 8) * 7 + (at >> 16)) & 0xff;
  return octets;
}
