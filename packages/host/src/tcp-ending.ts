/**
 * How TCP connections end without losing what came before the end. node:net takes a RST that follows octets for a FIN,
 * forgets what has arrived once a write fails, and drops what the kernel has not sent yet when it resets.
 */
import type { Socket } from "node:net";
import type { Pieces } from "@flor/machine";
import { isFfiPossible } from "./open-loopback-socket.ts";

/** A reader that takes nothing for so long is not waited for. */
export const UNREAD_MS = 2000;
const LOOK_EVERY_MS = 5;
const LOOK_EVERY_MAX_MS = 100;
const READ_OUT_OCTETS = 65_536;

/** See `kernel-tcp.ts`. */
interface KernelTcp {
  unacknowledged(fd: number): number;
  takeError(fd: number): number;
  readOut(fd: number, into: Uint8Array): number;
  sendNow(fd: number, octets: Uint8Array): number;
  sendPiecesNow(fd: number, pieces: Pieces): number;
  receivePieces(fd: number, pieces: Pieces): number;
}

const found: { kernel?: KernelTcp } = {};
// Only Linux with glibc has them, and pieces are laid out as 64-bit processors take them; elsewhere resets are as node:net
// makes them.
void importKernelTcp().catch(() => undefined);

async function importKernelTcp(): Promise<void> {
  if (isFfiPossible()) found.kernel = await import("./kernel-tcp.ts");
}

/** Whether the connection, which seems to have ended in order, was reset behind its last octets. */
export function wasReset(socket: Socket): boolean {
  const fd = descriptorOf(socket);
  return fd >= 0 && (found.kernel?.takeError(fd) ?? 0) !== 0;
}

/**
 * Gives the kernel what it takes of `octets` at once, without node:net's copy and bookkeeping; only for a socket that
 * holds nothing back. Returns the octets it took; what fails shows at the next write.
 */
export function writeNow(socket: Socket, octets: Uint8Array): number {
  const fd = socket.connecting ? -1 : descriptorOf(socket);
  return fd < 0 ? 0 : (found.kernel?.sendNow(fd, octets) ?? 0);
}

/** As {@link writeNow}, of octets that lie in pieces. */
export function writePiecesNow(socket: Socket, pieces: Pieces): number {
  const fd = socket.connecting ? -1 : descriptorOf(socket);
  return fd < 0 ? 0 : (found.kernel?.sendPiecesNow(fd, pieces) ?? 0);
}

/** Whether what has arrived can be read into pieces. */
export function canReadPieces(): boolean {
  return found.kernel !== undefined;
}

/**
 * Reads what has arrived, before node:net does. Returns the octets, 0 when there are none now, or the number of the error
 * that the connection ended with below zero: node:net will not learn of it.
 */
export function readPieces(socket: Socket, pieces: Pieces): number {
  const fd = descriptorOf(socket);
  return fd < 0 ? 0 : (found.kernel?.receivePieces(fd, pieces) ?? 0);
}

/** Gives `take` what has arrived and was not read: before a socket is destroyed because a write failed. */
export function readOut(socket: Socket, take: (octets: Uint8Array) => void): void {
  const fd = descriptorOf(socket);
  if (fd < 0 || found.kernel === undefined) return;
  const into = new Uint8Array(READ_OUT_OCTETS);
  for (let octets = found.kernel.readOut(fd, into); octets > 0; octets = found.kernel.readOut(fd, into))
    take(into.subarray(0, octets));
}

/** Resets the connection as soon as the other side has what was written, or has stopped taking it. */
export function resetWhenDelivered(socket: Socket): void {
  let left = Infinity;
  let stalledMs = 0;
  let waitMs = LOOK_EVERY_MS;
  const look = (): void => {
    const now = undelivered(socket);
    stalledMs = now < left ? 0 : stalledMs + waitMs;
    left = now;
    if (now === 0 || stalledMs >= UNREAD_MS) return resetSocket(socket);
    waitMs = Math.min(LOOK_EVERY_MAX_MS, waitMs * 2);
    setTimeout(look, waitMs);
  };
  if (!socket.destroyed) look();
}

/**
 * Closes a socket with RST. While a FIN is under way libuv refuses that (EINVAL), and Node 26 then leaks the descriptor
 * and never tells `close`: so the FIN goes first, which takes one turn.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  const isFinUnderWay = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (isFinUnderWay) socket.once("finish", () => resetSocket(socket));
  else destroyWithReset(socket);
}

function destroyWithReset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    // A Unix socket knows no RST: its other side sees an end.
    socket.destroy();
  }
}

function undelivered(socket: Socket): number {
  if (socket.destroyed) return 0;
  const fd = descriptorOf(socket);
  return socket.writableLength + (fd < 0 ? 0 : (found.kernel?.unacknowledged(fd) ?? 0));
}

/** The socket's descriptor, or -1: node:net has no name for it. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as { _handle?: { fd?: number } | null };
  return handle?.fd ?? -1;
}
