/**
 * How `net.Socket` behaves, case by case: each case is played on a pair of connected sockets and writes down what it
 * saw. The same cases are played on `net.Socket` and on ours, and must see the same.
 */
import { once } from "node:events";
import type { Duplex } from "node:stream";

/** What both kinds of socket have. */
export interface AnySocket extends Duplex {
  connecting: boolean;
  readonly pending: boolean;
  readonly readyState: string;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  timeout?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  setTimeout(ms: number, callback?: () => void): this;
  setNoDelay(noDelay?: boolean): this;
  setKeepAlive(enable?: boolean, initialDelay?: number): this;
  ref(): this;
  unref(): this;
  destroySoon(): void;
  resetAndDestroy(): this;
}

/** Two ends of one connection. */
export interface SocketPair {
  readonly client: AnySocket;
  readonly server: AnySocket;
}

/** A case: how the pair is made, and what is seen. */
export interface SocketCase {
  readonly title: string;
  readonly allowHalfOpen?: boolean;
  play(pair: SocketPair, saw: (what: unknown) => void): Promise<void>;
}

export const LARGE = 1_048_576;

/** Everything that arrives until the end; an iteration would destroy the socket afterwards. */
export async function readAll(socket: AnySocket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  await once(socket, "end");
  return Buffer.concat(chunks);
}

/** Exactly `count` octets. */
export async function readOctets(socket: AnySocket, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) {
      await once(socket, "readable");
      continue;
    }
    chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}

/** The code of the error with which `socket` ends; undefined when it ends without. */
export function endOf(socket: AnySocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let code: string | undefined;
    socket.once("error", (error: NodeJS.ErrnoException) => (code = error.code));
    socket.once("close", () => resolve(code));
    socket.resume();
  });
}

/** Resolves at "close", whatever came before. */
export function closed(socket: AnySocket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

export function eventsOf(socket: AnySocket, names: readonly string[], saw: (what: unknown) => void, who: string): void {
  for (const name of names) socket.on(name, (...args: unknown[]) => saw([who, name, ...args.map(plain)]));
}

/** What can be compared of an event's argument. */
export function plain(value: unknown): unknown {
  return value instanceof Error ? (value as NodeJS.ErrnoException).code : value;
}

export const octets = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => at & 0xff));
