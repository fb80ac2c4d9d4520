/** Octets of the path of a Unix socket: `sun_path` of Linux and macOS, less its terminating zero; the shorter of 108 and 104. */
export const SOCKET_PATH_MAX_OCTETS = 103;

/** How many octets a path has that is too long for a socket; `undefined`: it fits. */
export function excessiveSocketPath(path: string): number | undefined {
  const octets = Buffer.byteLength(path);
  return octets > SOCKET_PATH_MAX_OCTETS ? octets : undefined;
}
