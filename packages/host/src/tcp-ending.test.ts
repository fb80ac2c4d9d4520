import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { resetWhenDelivered, UNREAD_MS } from "./tcp-ending.ts";

/** The other side is looked at this often at least. */
const LOOK_EVERY_MS = 100;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A socket that holds so many octets which the other side has not taken. */
function socketWith(octets: number): { writableLength: number; destroyed: boolean; isReset: boolean } & Socket {
  const socket = {
    writableLength: octets,
    destroyed: false,
    isReset: false,
    writableEnded: false,
    resetAndDestroy: () => Object.assign(socket, { isReset: true, destroyed: true }),
  };
  return socket as unknown as ReturnType<typeof socketWith>;
}

it("a reset waits for a reader that stalls, two seconds long", () => {
  const socket = socketWith(10);
  resetWhenDelivered(socket);
  vi.advanceTimersByTime(UNREAD_MS - 1);
  expect(socket.isReset).toBe(false);
  vi.advanceTimersByTime(1 + LOOK_EVERY_MS);
  expect(socket.isReset).toBe(true);
});

it("a reset waits for as long as the reader takes something, and goes when it has all", () => {
  const socket = socketWith(10);
  resetWhenDelivered(socket);
  for (let left = 9; left > 0; left -= 1) {
    vi.advanceTimersByTime(UNREAD_MS - LOOK_EVERY_MS);
    Object.assign(socket, { writableLength: left });
  }
  expect(socket.isReset).toBe(false);
  Object.assign(socket, { writableLength: 0 });
  vi.advanceTimersByTime(LOOK_EVERY_MS);
  expect(socket.isReset).toBe(true);
});
