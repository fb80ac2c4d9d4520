/**
 * What the Linux kernel knows of a TCP connection and node:net does not tell. Import it lazily: it loads koffi, and the
 * import fails without glibc; then a reset overtakes what the kernel still holds.
 */
import { BufferAddresses } from "./buffer-addresses.ts";
import * as libc from "./libc.ts";
import { MSG_DONTWAIT, MSG_NOSIGNAL, SIOCOUTQ, SO_ERROR, SOL_SOCKET } from "./linux-socket.ts";

const addresses = new BufferAddresses();
const number = new Uint8Array(4);
const numberView = new DataView(number.buffer);
const four = Uint8Array.of(4, 0, 0, 0);

/** Octets that were written and that the other side has not acknowledged; 0 when the kernel does not say. */
export function unacknowledged(fd: number): number {
  return libc.ioctl(fd, SIOCOUTQ, number) < 0 ? 0 : numberView.getInt32(0, true);
}

/** The error that the connection ended with and that nobody was told, such as that of a RST; 0: none. Told once. */
export function takeError(fd: number): number {
  if (libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, number, four) < 0) return 0;
  return numberView.getInt32(0, true);
}

/** Moves what has arrived and was not read to `into`: octets, or 0 when there is nothing more. */
export function readOut(fd: number, into: Uint8Array): number {
  return Math.max(0, libc.recv(fd, into, into.length, MSG_DONTWAIT));
}

/**
 * Gives the kernel what it takes of `octets` without waiting, from where they lie: octets taken, 0 when it takes none
 * now or the connection is broken, which the next write by node:net shows.
 */
export function sendNow(fd: number, octets: Uint8Array): number {
  return Math.max(0, libc.send(fd, addresses.of(octets), octets.length, MSG_DONTWAIT | MSG_NOSIGNAL));
}
