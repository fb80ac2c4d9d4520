import { expect, it } from "vitest";
import { Driver, type DriverClock } from "./driver.ts";

class ManualClock implements DriverClock {
  time = 0;
  deferred: (() => void)[] = [];
  timer: { callback: () => void; at: number } | undefined;

  now(): number {
    return this.time;
  }

  defer(callback: () => void): void {
    this.deferred.push(callback);
  }

  setTimer(callback: () => void, at: number | undefined): void {
    this.timer = at === undefined ? undefined : { callback, at };
  }

  runDeferred(): void {
    for (const callback of this.deferred.splice(0)) callback();
  }
}

function driven(overrides: { next?: () => number | undefined; more?: () => boolean }): {
  timeouts: number[];
  turns: number[];
  handleTimeout(now: number): void;
  turn(now: number): boolean;
  nextTimeout(): number | undefined;
} {
  return {
    timeouts: [],
    turns: [],
    handleTimeout(now) {
      this.timeouts.push(now);
    },
    turn(now) {
      this.turns.push(now);
      return overrides.more?.() ?? false;
    },
    nextTimeout: () => overrides.next?.(),
  };
}

it("takes one turn for many wakes", () => {
  const clock = new ManualClock();
  const machine = driven({});
  const driver = new Driver(machine, clock);
  for (let i = 0; i < 5; i += 1) driver.wake();
  clock.runDeferred();
  expect(machine.turns).toEqual([0]);
  expect(clock.timer).toBeUndefined();
});

it("takes another turn at once while there is more, letting others in between", () => {
  const clock = new ManualClock();
  let left = 2;
  const machine = driven({ more: () => (left -= 1) >= 0 });
  const driver = new Driver(machine, clock);
  driver.wake();
  clock.runDeferred();
  expect(machine.turns).toHaveLength(1);
  clock.runDeferred();
  clock.runDeferred();
  expect(machine.turns).toHaveLength(3);
});

it("sets one timer and handles what is due", () => {
  const clock = new ManualClock();
  let next: number | undefined = 50;
  const machine = driven({ next: () => next });
  new Driver(machine, clock).wake();
  clock.runDeferred();
  expect(machine.timeouts).toEqual([]);
  expect(clock.timer?.at).toBe(50);
  clock.time = 50;
  next = 50;
  clock.timer?.callback();
  expect(machine.timeouts).toEqual([50]);
});

it("handles in the turn after it what an event made due", () => {
  const clock = new ManualClock();
  let next: number | undefined;
  const machine = driven({ next: () => next });
  const driver = new Driver(machine, clock);
  driver.wake();
  next = -Infinity;
  clock.runDeferred();
  expect(machine.timeouts).toEqual([]);
  clock.runDeferred();
  expect(machine.timeouts).toEqual([0]);
});

it("waits for a timer with what is due still although it was handled", () => {
  const clock = new ManualClock();
  const machine = driven({ next: () => 0 });
  const driver = new Driver(machine, clock);
  driver.wake();
  clock.runDeferred();
  clock.runDeferred();
  expect(machine.timeouts).toEqual([0]);
  expect(clock.deferred).toEqual([]);
  expect(clock.timer?.at).toBe(0);
});

it("handles what becomes due while there is more at every turn", () => {
  const clock = new ManualClock();
  const machine = driven({ next: () => 10, more: () => true });
  new Driver(machine, clock).wake();
  clock.runDeferred();
  clock.time = 10;
  clock.runDeferred();
  expect(machine.timeouts).toEqual([10]);
});

it("does nothing after stop", () => {
  const clock = new ManualClock();
  const machine = driven({ next: () => 5 });
  const driver = new Driver(machine, clock);
  driver.wake();
  driver.stop();
  clock.runDeferred();
  driver.wake();
  expect(machine.turns).toEqual([]);
  expect(clock.timer).toBeUndefined();
});

it("takes further turns after one that threw", () => {
  const clock = new ManualClock();
  const machine = driven({
    more: () => {
      throw new Error("a mistake");
    },
  });
  const driver = new Driver(machine, clock);
  driver.wake();
  expect(() => clock.runDeferred()).toThrow("a mistake");
  expect(clock.timer?.at).toBe(100);
  driver.wake();
  expect(() => clock.runDeferred()).toThrow("a mistake");
  expect(machine.turns).toHaveLength(2);
});
