import type { Socket } from "node:net";
import { Duplex, Writable } from "node:stream";
import { afterEach, expect, it, vi } from "vitest";
import { NorthboundLines, READ_INTERVAL_MS, sayLine, UNREAD_MAX_OCTETS } from "./northbound-lines.ts";

afterEach(() => void vi.useRealTimers());

it("what a lower node says is looked at once in 50 ms, the newest line alone", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const connection = new Duplex({ read: () => {}, write: (_octets, _encoding, done) => done() });
  const heard: string[] = [];
  const lines = new NorthboundLines(connection as Socket, (line) => void heard.push(line));
  expect(lines).toBeDefined();
  // As the stream does when it flows.
  connection.emit("data", "answer\nfirst\n");
  expect([heard, connection.isPaused()]).toEqual([["first"], true]);
  vi.advanceTimersByTime(READ_INTERVAL_MS - 1);
  expect(connection.isPaused()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(connection.isPaused()).toBe(false);
  connection.emit("data", "second\nthird\n");
  expect([heard, connection.isPaused()]).toEqual([["first", "third"], true]);
  connection.destroy();
});

it("an upper node that does not read is left once more than 64 KiB wait for it", () => {
  const client = new Writable({ write: () => {} });
  expect(sayLine(client, "x".repeat(UNREAD_MAX_OCTETS))).toBe(true);
  expect(sayLine(client, "y")).toBe(true);
  expect(sayLine(client, "z")).toBe(false);
  expect(client.writableLength).toBe(UNREAD_MAX_OCTETS + 1);
});
