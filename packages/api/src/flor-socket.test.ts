import { describe, expect, test } from "vitest";
import { FlorSocket } from "./flor-socket.ts";
import type { SocketCase, SocketPair } from "./socket-case.testing.ts";
import { SOCKET_CASES } from "./socket-cases.testing.ts";
import { joinedPair, netPair } from "./socket-pairs.testing.ts";

async function play(socketCase: SocketCase, pairOf: typeof netPair): Promise<unknown[]> {
  const pair: SocketPair = await pairOf(socketCase.allowHalfOpen ?? false);
  const seen: unknown[] = [];
  try {
    await socketCase.play(pair, (what) => seen.push(what));
    return seen;
  } finally {
    for (const socket of [pair.client, pair.server]) {
      socket.on("error", () => undefined);
      socket.destroy();
    }
  }
}

describe("a socket of flor sees what a socket of TCP sees", () => {
  test.each(SOCKET_CASES)("$title", async (socketCase) => {
    const ofNet = await play(socketCase, netPair);
    const ofFlor = await play(socketCase, joinedPair);
    expect(ofFlor).toEqual(ofNet);
  });

  test("in sixty cases and more", () => {
    expect(SOCKET_CASES.length).toBeGreaterThanOrEqual(60);
  });
});

test("a socket that is not connected connects once, and not where nothing can be", () => {
  const opened: unknown[] = [];
  const socket = new FlorSocket({ open: (_self, options) => void opened.push(options) });
  expect([socket.pending, socket.connecting]).toEqual([true, false]);
  expect(socket.connect(5432, "db.team")).toBe(socket);
  expect(opened).toEqual([{ port: 5432, host: "db.team" }]);
  expect(() => socket.connect(5432, "db.team")).toThrow("connect EISCONN db.team:5432");
  expect(() => new FlorSocket().connect(1, "x")).toThrow("EISCONN");
});
