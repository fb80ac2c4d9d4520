/** Whether `secret` and the octets at `offset` are the same; how many octets were right does not show in the time it takes. */
export function equalsInConstantTime(secret: Uint8Array, octets: Uint8Array, offset: number): boolean {
  let difference = 0;
  for (let at = 0; at < secret.length; at += 1) difference |= (secret[at] ?? 0) ^ (octets[offset + at] ?? -1);
  return difference === 0;
}
