import { describe, expect, it } from "vitest";
import { createLog } from "./log.ts";
import { LOG_RING_MAX_LINES, LOG_RING_MAX_OCTETS, LogRing } from "./log-ring.ts";

const line = (level: number, msg: string): string => `${JSON.stringify({ level, time: "t", msg })}\n`;
const WARN = 40;

describe("the last lines of a log", () => {
  it("are read page by page, by severity, each once", () => {
    const ring = new LogRing();
    ring.write(line(30, "a"));
    ring.write(line(40, "b"));
    const first = ring.page(0, WARN);
    expect(first).toEqual({ lines: [line(40, "b").trimEnd()], next: 2, lost: 0 });
    expect(ring.page(first.next, 0)).toEqual({ lines: [], next: 2, lost: 0 });
    ring.write(line(50, "c"));
    expect(ring.page(first.next, WARN)).toEqual({ lines: [line(50, "c").trimEnd()], next: 3, lost: 0 });
  });

  it("are bounded in number and in octets, and say how many are gone", () => {
    const ring = new LogRing();
    for (let count = 0; count < LOG_RING_MAX_LINES + 5; count += 1) ring.write(line(30, String(count)));
    expect(ring.page(0, 0)).toMatchObject({ lost: 5, next: LOG_RING_MAX_LINES + 5 });
    expect(ring.page(3, 0)).toMatchObject({ lost: 2 });
    const long = line(30, "x".repeat(LOG_RING_MAX_OCTETS / 4));
    for (let count = 0; count < 9; count += 1) ring.write(long);
    expect(ring.page(0, 0).lines).toHaveLength(3);
    ring.write(line(30, "x".repeat(LOG_RING_MAX_OCTETS)));
    expect(ring.page(0, 0)).toMatchObject({ lines: [], next: LOG_RING_MAX_LINES + 15 });
    ring.write(line(30, "after"));
    expect(ring.page(0, 0).lines).toEqual([line(30, "after").trimEnd()]);
  });

  it("wake who waits for the next", async () => {
    const ring = new LogRing();
    const log = createLog({ stream: { write: () => {} }, keep: ring });
    const waiting = ring.wait(0, 600_000);
    log.write("debug", "below what is logged");
    log.write("info", "came");
    await waiting;
    expect(ring.page(0, 0).lines).toEqual([expect.stringContaining('"msg":"came"')]);
    await ring.wait(0, 600_000);
    await ring.wait(1, 1);
  });
});
