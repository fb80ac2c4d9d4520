/**
 * What the Linux kernel knows of a TCP connection and node:net does not tell. Import it lazily: it loads koffi, and the
 * import fails without glibc; then a reset overtakes what the kernel still holds.
 */
import { Pieces } from "@flor/machine";
import { BufferAddresses } from "./buffer-addresses.ts";
import * as libc from "./libc.ts";
import {
  ERRNO,
  iovec,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  msghdr,
  setWord,
  SIOCOUTQ,
  SO_ERROR,
  SOL_SOCKET,
} from "./linux-socket.ts";

const addresses = new BufferAddresses();
const number = new Uint8Array(4);
const numberView = new DataView(number.buffer);
const four = Uint8Array.of(4, 0, 0, 0);

/** A msghdr, and behind it the iovec array of one message in pieces. */
const message = new Uint8Array(msghdr.octets + Pieces.MAX * iovec.octets);
const messageView = new DataView(message.buffer);
const messageAt = libc.addressOf(message);
setWord(messageView, msghdr.vectors, messageAt + msghdr.octets);

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

/** As {@link sendNow}, of octets that lie in pieces. */
export function sendPiecesNow(fd: number, pieces: Pieces): number {
  layOut(pieces);
  return Math.max(0, libc.sendmsg(fd, messageAt, MSG_DONTWAIT | MSG_NOSIGNAL));
}

/**
 * Moves what has arrived into pieces without waiting: octets, 0 when there is nothing now or the other side ended, or the
 * error number below zero, which nobody else is told then.
 */
export function receivePieces(fd: number, pieces: Pieces): number {
  layOut(pieces);
  const octets = libc.recvmsg(fd, messageAt, MSG_DONTWAIT);
  if (octets >= 0) return octets;
  const error = libc.errno();
  return error === ERRNO.EAGAIN || error === ERRNO.EINTR ? 0 : -error;
}

/** Lays out `message`: the caller holds the pieces during the call. */
function layOut(pieces: Pieces): void {
  const { count } = pieces;
  for (let index = 0; index < count; index += 1) {
    const at = msghdr.octets + index * iovec.octets;
    const start = pieces.startOf(index);
    setWord(messageView, at + iovec.base, addresses.of(pieces.arrayOf(index)) + start);
    setWord(messageView, at + iovec.length, pieces.endOf(index) - start);
  }
  setWord(messageView, msghdr.vectorCount, count);
}
