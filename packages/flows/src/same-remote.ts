/** Whether octets[start, payload), the remote of a datagram, are `remote`. */
export function isRemote(remote: Uint8Array, octets: Uint8Array, start: number, payload: number): boolean {
  if (remote.length !== payload - start) return false;
  for (let index = 0; index < remote.length; index += 1) if (octets[start + index] !== remote[index]) return false;
  return true;
}
