import { describe, expect, it } from "vitest";
import { AcknowledgementDelay } from "./acknowledgement-delay.ts";

/** With nothing left to send. */
function drained(): AcknowledgementDelay {
  const delay = new AcknowledgementDelay();
  delay.drained();
  return delay;
}

describe("an acknowledgement", () => {
  it("of a lone packet waits, and no longer than a millisecond", () => {
    const delay = drained();
    delay.received(100);
    expect(delay.holds(100.5)).toBe(true);
    expect(delay.dueAt).toBe(101);
    expect(delay.holds(101)).toBe(false);
  });

  it("of a second packet does not wait", () => {
    const delay = drained();
    delay.received(100);
    delay.received(100);
    expect(delay.holds(100)).toBe(false);
  });

  it("goes with whatever else is sent, and then nothing is due", () => {
    const delay = drained();
    delay.received(100);
    delay.hurry();
    expect(delay.holds(100)).toBe(false);
    delay.sent();
    delay.drained();
    expect(delay.dueAt).toBeUndefined();
  });

  it("of the packet after it waits anew", () => {
    const delay = drained();
    delay.received(100);
    delay.drained();
    delay.received(200);
    expect(delay.holds(200.9)).toBe(true);
    expect(delay.dueAt).toBe(201);
  });
});

describe("a window", () => {
  it("opens at once when much was read, and by and by when little was", () => {
    const delay = drained();
    delay.read(1000, 100);
    expect(delay.holds(100)).toBe(true);
    delay.read(16_000, 100);
    expect(delay.holds(100)).toBe(false);
  });
});

it("holds nothing back before the engine was once drained, nor when nothing is due", () => {
  const fresh = new AcknowledgementDelay();
  fresh.received(100);
  expect(fresh.holds(100)).toBe(false);
  expect(drained().holds(100)).toBe(false);
});
