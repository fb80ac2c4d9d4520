import { expect, test } from "vitest";
import { EXIT_INTERRUPTED, listenForStop } from "./stop-request.ts";

test("a signal that npm passes on beside the terminal's own is one wish, a later one ends the process", async () => {
  let now = 1000;
  const exits: number[] = [];
  using stop = listenForStop({ stdinEnds: false }, { now: () => now, exit: (code) => exits.push(code) });
  process.emit("SIGINT", "SIGINT");
  await stop.made;
  expect(stop.sign).toBe("SIGINT");
  now += 499;
  process.emit("SIGINT", "SIGINT");
  expect(exits).toEqual([]);
  now += 1;
  process.emit("SIGINT", "SIGINT");
  expect(exits).toEqual([EXIT_INTERRUPTED]);
});

test("a second signal of another kind ends the process at once", () => {
  const exits: number[] = [];
  using _ = listenForStop({ stdinEnds: false }, { now: () => 0, exit: (code) => exits.push(code) });
  process.emit("SIGINT", "SIGINT");
  process.emit("SIGTERM", "SIGTERM");
  expect(exits).toEqual([EXIT_INTERRUPTED]);
});

test("a first signal after the end of standard input ends nothing at once; a second one does", () => {
  const exits: number[] = [];
  let time = 0;
  using stop = listenForStop({ stdinEnds: true }, { now: () => time, exit: (code) => exits.push(code) });
  process.stdin.emit("close");
  expect(stop.sign).toBe("standard input ended");
  process.emit("SIGTERM", "SIGTERM");
  expect(exits).toEqual([]);
  time = 1000;
  process.emit("SIGTERM", "SIGTERM");
  expect(exits).toEqual([EXIT_INTERRUPTED]);
});
