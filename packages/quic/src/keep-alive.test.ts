import { beforeEach, describe, expect, it } from "vitest";
import { KEEP_ALIVE_MS, KeepAlive } from "./keep-alive.ts";

const START = 1000;
const IDLE_MS = 30_000;
let keepAlive: KeepAlive;

beforeEach(() => {
  keepAlive = new KeepAlive(START);
});

describe("a connection that is wanted", () => {
  beforeEach(() => {
    keepAlive.isWanted = true;
  });

  it("is asked after 10 s less what is over a whole second, so that many are asked at once, then every second until it is heard", () => {
    expect(keepAlive.dueAt).toBe(START + KEEP_ALIVE_MS);
    keepAlive.pinged(12_000);
    expect(keepAlive.dueAt).toBe(13_000);
    keepAlive.pinged(13_000);
    expect(keepAlive.dueAt).toBe(14_000);
    expect(keepAlive.heard(13_500)).toBe(true);
    expect(keepAlive.dueAt).toBe(13_000 + KEEP_ALIVE_MS);
  });

  it("is asked sooner when it falls silent between octets, once", () => {
    keepAlive.received();
    expect(keepAlive.dueAt).toBe(START + 2000);
    keepAlive.pinged(START + 2000);
    expect(keepAlive.heard(START + 2001)).toBe(false);
    expect(keepAlive.dueAt).toBe(START + 2000 + KEEP_ALIVE_MS);
  });

  it("is asked once more by a process that did not run in time, and lost after another idle timeout", () => {
    expect(keepAlive.hasSlept(START + KEEP_ALIVE_MS + 1999)).toBe(false);
    const woken = START + 3_600_000;
    expect(keepAlive.hasSlept(woken)).toBe(true);
    keepAlive.pinged(woken);
    expect([keepAlive.lostAt, keepAlive.hasSlept(woken + 2999)]).toEqual([woken + IDLE_MS, false]);
  });

  it("has all its time again when this process got no processor while it asked", () => {
    keepAlive.pinged(START + IDLE_MS - 1000);
    const late = START + IDLE_MS + 2000;
    expect([keepAlive.hasSlept(late), keepAlive.lostAt]).toEqual([true, late + IDLE_MS]);
  });

  it("is given up after as much silence as its owner bears", () => {
    keepAlive.patienceMs = 120_000;
    expect(keepAlive.lostAt).toBe(START + 120_000);
  });

  it("is lost after the idle timeout, however often it was asked", () => {
    keepAlive.pinged(START + IDLE_MS - 1);
    expect(keepAlive.lostAt).toBe(START + IDLE_MS);
  });
});

describe("any connection", () => {
  it("is asked when what is under way is not answered", () => {
    keepAlive.watch(true, START + 50);
    keepAlive.watch(true, START + 150);
    expect(keepAlive.dueAt).toBe(START + 2050);
    keepAlive.heard(START + 400);
    expect(keepAlive.dueAt).toBe(Infinity);
  });

  it("is left alone while nothing is under way", () => {
    keepAlive.watch(false, START + 10);
    keepAlive.received();
    expect([keepAlive.dueAt, keepAlive.lostAt]).toEqual([Infinity, Infinity]);
  });
});
