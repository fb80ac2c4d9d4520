import { describe, expect, test } from "vitest";
import { EngineSimulation } from "./engine-simulation.testing.ts";
import type { PathPlan } from "./path-simulation.testing.ts";
import { droppedOf, figuresOf, type Path, planOf } from "./path-table.testing.ts";

const SECONDS = 5;
const dsl: Path = { mbit: 20, rttMs: 40, buffer: 1.25, loss: 0 };
const cable: Path = { mbit: 100, rttMs: 30, buffer: 100 / 30, loss: 0 };
const wan: Path = { mbit: 100, rttMs: 40, buffer: 1, loss: 1 };

const run = (path: Path, rest: Partial<PathPlan> = {}): ReturnType<EngineSimulation["run"]> =>
  new EngineSimulation(planOf(path, 1000 * SECONDS, rest)).run();

describe("connections of the engine", () => {
  test("over the paths of the table, handshake and all", async () => {
    const rows: readonly (readonly [string, Path, Partial<PathPlan>])[] = [
      ["20 Mbit/s, 40 ms, 50 ms of buffer", dsl, {}],
      ["100 Mbit/s, 40 ms", { ...wan, loss: 0 }, {}],
      ["100 Mbit/s, 40 ms, 1 % lost", wan, { seed: 2 }],
      ["the same by CUBIC", wan, { flows: [{ controller: "cubic" }], seed: 2 }],
      ["a host that waits for 12 ms", cable, { load: { runningMs: 4, pausedMs: 12 } }],
      ["BBR beside CUBIC", { ...dsl, buffer: 1 }, { flows: [{ controller: "bbr" }, { controller: "cubic" }] }],
    ];
    const lines = rows.map(([name, path, rest]) => `${name.padEnd(36)}${figuresOf(run(path, rest), path.mbit)}`);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("engine.txt");
  });

  test("keep a line of 20 Mbit/s busy with little dropped", () => {
    const result = run(dsl);
    // Headers beneath and of QUIC take a twentieth of the line, the start as much of five seconds.
    expect(result.flows[0]!.mbitPerSecond).toBeGreaterThan(17.5);
    expect(droppedOf(result)).toBeLessThan(1);
  });

  test("begin as fast where a host runs late and one unlucky round loses six of a hundred packets", () => {
    const fast = { mbit: 400, rttMs: 40, buffer: 2, loss: 1 };
    const result = run(fast, { load: { runningMs: 10, pausedMs: 120 }, seed: 5 });
    // 5 Mbit/s when that round ends the startup: what is asked for grows by a quarter every three seconds then.
    expect(result.flows[0]!.mbitPerSecond).toBeGreaterThan(20);
  });

  test("go on after an outage of both directions", () => {
    const simulation = new EngineSimulation(planOf(dsl, 8000, { outageMs: [2000, 4000] }));
    let before = 0;
    simulation.run(() => {
      if (simulation.now < 6500) before = simulation.delivered(0);
    });
    expect((simulation.delivered(0) - before) / 1500 / (20 * 125)).toBeGreaterThan(0.8);
  });
});
