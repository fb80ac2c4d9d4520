import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LinkAction, LinkLife } from "./link-life.ts";

/** A life under virtual time, with what it wanted done. */
class Trial {
  readonly life: LinkLife;
  readonly done: (readonly [LinkAction, number])[] = [];
  now = 0;

  constructor(random = 1) {
    this.life = new LinkLife(() => random);
  }

  act(): this {
    for (let action = this.life.pollAction(); action !== undefined; action = this.life.pollAction()) {
      this.done.push([action, this.now]);
    }
    return this;
  }

  advance(ms: number): this {
    const end = this.now + ms;
    for (let next = this.life.nextTimeout(); next !== undefined && next <= end; next = this.life.nextTimeout()) {
      this.now = Math.max(this.now, next);
      this.life.handleTimeout(this.now);
      this.act();
    }
    this.now = end;
    return this;
  }

  start(): this {
    this.life.start();
    return this.act();
  }

  becomeReady(): this {
    this.life.handleSpawned(this.now);
    this.life.handleReady(this.now);
    return this.act();
  }

  exit(code: number | null, signal: string | null = null): this {
    this.life.handleExited({ code, signal }, this.now);
    return this.act();
  }

  get spawns(): number[] {
    return this.done.filter(([action]) => action === "spawn").map(([, at]) => at);
  }
}

describe("a link that lives", () => {
  it("starts, shakes hands, is ready", () => {
    const trial = new Trial().start();
    expect(trial.life.state).toBe("starting");
    trial.life.handleSpawned(1);
    expect(trial.life.state).toBe("handshaking");
    trial.life.handleReady(2);
    expect(trial.life.state).toBe("ready");
    expect(trial.life.nextTimeout()).toBeUndefined();
    expect(trial.life.incarnation).toBe(1);
    expect(trial.done).toEqual([["spawn", 0]]);
  });

  it("climbs the ladder until it is gone: drain, bye, stdin, SIGTERM, SIGKILL", () => {
    const trial = new Trial().start().becomeReady().advance(1000);
    trial.life.stop(trial.now);
    trial.act().advance(10_000);
    expect(trial.done.slice(1)).toEqual([
      ["drain", 1000],
      ["bye", 1200],
      ["close-stdin", 1200],
      ["terminate", 3200],
      ["kill", 5200],
    ]);
    expect(trial.exit(null, "SIGKILL").life.state).toBe("stopped");
    expect(trial.life.nextTimeout()).toBeUndefined();
  });

  it("stops without SIGTERM when it heeds stdin", () => {
    const trial = new Trial().start().becomeReady();
    trial.life.stop(0);
    trial.act().advance(500).exit(0).advance(60_000);
    expect(trial.done.map(([action]) => action)).toEqual(["spawn", "drain", "bye", "close-stdin"]);
    expect(trial.life.state).toBe("stopped");
  });

  it("restarts at once when its process is gone", () => {
    const trial = new Trial().start().becomeReady();
    trial.life.restart(0);
    trial.act().advance(300).exit(0);
    expect(trial.spawns).toEqual([0, 300]);
    expect(trial.life.state).toBe("starting");
  });

  it("a stop outlasts the restart before it", () => {
    const trial = new Trial().start().becomeReady();
    trial.life.restart(0);
    trial.life.stop(10);
    expect(trial.act().exit(0).advance(60_000).life.state).toBe("stopped");
  });
});

describe("a link that dies", () => {
  it("comes back within 100 ms whatever the jitter", () => {
    for (const random of [0, 0.999]) {
      const trial = new Trial(random).start().becomeReady().exit(null, "SIGKILL").advance(100);
      expect(trial.spawns).toHaveLength(2);
      expect(trial.spawns[1]).toBeGreaterThanOrEqual(37);
    }
  });

  it("waits twice as long each time, up to 30 s", () => {
    const trial = new Trial().start();
    const waits: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      const from = trial.now;
      trial.exit(1);
      expect(trial.life.state).toBe("back-off");
      trial.advance((trial.life.nextTimeout() ?? Number.NaN) - trial.now);
      waits.push(trial.now - from);
    }
    expect(waits).toEqual([50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });

  it("forgets its crashes after a minute of health, not after less", () => {
    const trial = new Trial().start().exit(1).advance(50).exit(1).advance(100);
    trial.becomeReady().advance(59_999).exit(1).advance(200);
    expect(trial.spawns.at(-1)).toBe(60_149 + 200);
    trial.becomeReady().advance(60_000).exit(1);
    const from = trial.now;
    trial.advance(50);
    expect(trial.spawns.at(-1)).toBe(from + 50);
  });

  it("is degraded after five crashes in a minute, for a minute", () => {
    const trial = new Trial().start();
    for (let i = 0; i < 5; i += 1) {
      expect(trial.life.crashes(trial.now)).toBeUndefined();
      trial.exit(1).advance(1000);
    }
    expect(trial.life.crashes(trial.now)).toBe("it ended 5 times in a minute");
    expect(trial.life.crashes(trial.now + 60_000)).toBeUndefined();
    expect(trial.life.state).not.toBe("failed");
  });

  it("fails for good with exit code 78, until it is started again", () => {
    const trial = new Trial().start().exit(78).advance(3_600_000);
    expect(trial.life.state).toBe("failed");
    expect(trial.life.reason).toBe("its configuration is wrong (exit code 78)");
    expect(trial.spawns).toEqual([0]);
    expect(trial.start().life.state).toBe("starting");
  });

  it("is killed when it is not ready in 5 s, and tried again", () => {
    const trial = new Trial().start();
    trial.life.handleSpawned(0);
    trial.advance(4999);
    expect(trial.done).toEqual([["spawn", 0]]);
    trial.advance(1);
    expect(trial.done.at(-1)).toEqual(["kill", 5000]);
    trial.exit(null, "SIGKILL");
    expect(trial.life.state).toBe("back-off");
    expect(trial.life.reason).toBe("not ready 5 s after its start");
  });

  it("gives a link twice the time after each miss, up to 30 s", () => {
    const trial = new Trial().start();
    const times = [5000, 10_000, 20_000, 30_000, 30_000];
    for (const ms of times) {
      expect(trial.life.readyDeadlineMs).toBe(ms);
      trial.life.handleSpawned(trial.now);
      trial.advance(ms - 1);
      expect(trial.done.at(-1)?.[0]).toBe("spawn");
      trial.advance(1);
      expect(trial.done.at(-1)?.[0]).toBe("kill");
      trial.exit(null, "SIGKILL").advance(60_000);
    }
    expect(trial.becomeReady().life.readyDeadlineMs).toBe(5000);
  });

  it("is killed when it says nothing any more", () => {
    const trial = new Trial().start().becomeReady();
    trial.life.handleUnresponsive("silent for 5 s");
    trial.act().exit(null, "SIGKILL");
    expect(trial.done.map(([action]) => action)).toEqual(["spawn", "kill"]);
    expect(trial.life.reason).toBe("silent for 5 s");
    trial.advance(1000).exit(null, "SIGKILL");
    expect(trial.life.reason).toBe("ended by SIGKILL");
  });

  it.each([
    [0, null, "exited with code 0"],
    [75, null, "exited with code 75"],
    [null, "SIGSEGV", "ended by SIGSEGV"],
  ] as const)("comes back after exit %s %s", (code, signal, reason) => {
    const trial = new Trial().start().becomeReady().exit(code, signal);
    expect([trial.life.state, trial.life.reason]).toEqual(["back-off", reason]);
  });

  it("stays tried when it cannot be started: its binary may be under way", () => {
    const trial = new Trial().start();
    trial.life.handleSpawnFailed("not found", 0);
    expect([trial.life.state, trial.life.reason]).toEqual(["back-off", "not found"]);
    trial.life.stop(0);
    expect(trial.advance(60_000).spawns).toEqual([0]);
    expect(trial.life.state).toBe("stopped");
  });

  it("is stopped when it could not be started while it was being stopped", () => {
    const trial = new Trial().start();
    trial.life.stop(0);
    trial.life.handleSpawnFailed("not found", 0);
    expect(trial.life.state).toBe("stopped");
  });
});

it("never has two processes, whatever happens in whatever order", () => {
  const event = fc.constantFrom("start", "stop", "restart", "spawned", "spawn-failed", "ready", "silent", "exit", "78");
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(7000)), { maxLength: 60 }), (events) => {
      const trial = new Trial();
      let isRunning = false;
      for (const [name, ms] of events) {
        if (name === "start") trial.life.start();
        if (name === "stop") trial.life.stop(trial.now);
        if (name === "restart") trial.life.restart(trial.now);
        if (name === "spawned" && isRunning) trial.life.handleSpawned(trial.now);
        if (name === "ready") trial.life.handleReady(trial.now);
        if (name === "silent") trial.life.handleUnresponsive("silent");
        const ends = name === "exit" || name === "78" || name === "spawn-failed";
        if (ends && isRunning) {
          isRunning = false;
          if (name === "spawn-failed" && trial.life.state === "starting") trial.life.handleSpawnFailed("no", trial.now);
          else trial.life.handleExited({ code: name === "78" ? 78 : 1, signal: null }, trial.now);
        }
        const before = trial.spawns.length;
        trial.act().advance(ms);
        const spawned = trial.spawns.length - before;
        expect(spawned).toBeLessThanOrEqual(isRunning ? 0 : 1);
        isRunning ||= spawned === 1;
      }
    }),
    { numRuns: 2000 },
  );
});
