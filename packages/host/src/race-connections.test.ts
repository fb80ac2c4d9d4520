import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Contestant, interleaved, raceConnections } from "./race-connections.ts";

const V6 = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
const V4 = [new Uint8Array(4).fill(3), new Uint8Array(4).fill(4), new Uint8Array(4).fill(5)];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Attempted {
  readonly name: number;
  readonly at: number;
  readonly signal: AbortSignal;
  succeed(): void;
  fail(): void;
}

/** Attempts that end when the test says so; a connection is its number, a failure its text. */
class Track implements Contestant<number, string> {
  readonly attempts: Attempted[] = [];
  readonly discarded: number[] = [];
  readonly #start = Date.now();

  attempt(address: Uint8Array, signal: AbortSignal): Promise<number | string> {
    const name = address[0] ?? 0;
    return new Promise((resolve) => {
      const attempted = { name, at: Date.now() - this.#start, signal };
      this.attempts.push({ ...attempted, succeed: () => resolve(name), fail: () => resolve(`no ${name}`) });
    });
  }

  isConnection(outcome: number | string): outcome is number {
    return typeof outcome === "number";
  }

  discard(connection: number): void {
    this.discarded.push(connection);
  }

  get order(): (readonly [number, number])[] {
    return this.attempts.map(({ name, at }) => [name, at] as const);
  }
}

it("takes both families in turn, IPv6 first", () => {
  expect(interleaved([...V4, ...V6]).map(([first]) => first)).toEqual([1, 3, 2, 4, 5]);
  expect(interleaved(V4)).toEqual(V4);
  expect(interleaved([])).toEqual([]);
});

it("starts an attempt every 250 ms; the first to stand wins and the others are given up", async () => {
  const track = new Track();
  const race = raceConnections(interleaved([...V6, ...V4]), track, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(600);
  expect(track.order).toEqual([
    [1, 0],
    [3, 250],
    [2, 500],
  ]);
  track.attempts[1]?.succeed();
  expect(await race).toEqual({ won: true, connection: 3 });
  expect(track.attempts.map(({ signal }) => signal.aborted)).toEqual([true, false, true]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(track.attempts).toHaveLength(3);
});

it("does not wait for the delay after a failure", async () => {
  const track = new Track();
  const race = raceConnections(interleaved([...V6, ...V4]), track, new AbortController().signal);
  track.attempts[0]?.fail();
  await vi.advanceTimersByTimeAsync(249);
  expect(track.order).toEqual([
    [1, 0],
    [3, 0],
  ]);
  await vi.advanceTimersByTimeAsync(1);
  expect(track.order.at(-1)).toEqual([2, 250]);
  track.attempts[2]?.succeed();
  expect(await race).toEqual({ won: true, connection: 2 });
});

it("ends with every failure when no address answers", async () => {
  const track = new Track();
  const race = raceConnections(V4, track, new AbortController().signal);
  for (let i = 0; i < 3; i += 1) {
    track.attempts[i]?.fail();
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(await race).toEqual({ won: false, failures: ["no 3", "no 4", "no 5"] });
});

it("undoes a connection that stands too late", async () => {
  const track = new Track();
  const race = raceConnections(V4, track, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(250);
  track.attempts[0]?.succeed();
  track.attempts[1]?.succeed();
  expect(await race).toEqual({ won: true, connection: 3 });
  await vi.advanceTimersByTimeAsync(0);
  expect(track.discarded).toEqual([4]);
});

it("is given up by its signal, at once and before the start", async () => {
  const track = new Track();
  const controller = new AbortController();
  const race = raceConnections(V4, track, controller.signal);
  controller.abort();
  expect(await race).toEqual({ won: false, failures: [] });
  expect(track.attempts[0]?.signal.aborted).toBe(true);
  expect(await raceConnections(V4, track, controller.signal)).toEqual({ won: false, failures: [] });
  expect(track.attempts).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

it("has nothing to race without an address", async () => {
  expect(await raceConnections([], new Track(), new AbortController().signal)).toEqual({ won: false, failures: [] });
});

it("of one address takes no timer, and ends as its attempt does", async () => {
  const track = new Track();
  const stands = raceConnections(V4.slice(0, 1), track, new AbortController().signal);
  expect(vi.getTimerCount()).toBe(0);
  track.attempts[0]?.succeed();
  expect(await stands).toEqual({ won: true, connection: 3 });
  const controller = new AbortController();
  const fails = raceConnections(V4.slice(1, 2), track, controller.signal);
  controller.abort();
  expect(track.attempts[1]?.signal.aborted).toBe(true);
  track.attempts[1]?.fail();
  expect(await fails).toEqual({ won: false, failures: ["no 4"] });
});
