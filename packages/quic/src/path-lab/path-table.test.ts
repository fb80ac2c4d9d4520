import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { type ControllerName, type FlowPlan, type PathPlan, PathSimulation } from "./path-simulation.testing.ts";
import { droppedOf, figuresOf, type Path, pathsOf, planOf, tableOf } from "./path-table.testing.ts";

/** A file for the whole table: `FLOR_PATH_LAB=paths.txt npx vitest run packages/quic/src/path-lab`. */
const WHOLE_TABLE = process.env["FLOR_PATH_LAB"];
const MBIT = [1, 20, 100, 1000];
const RTT_MS = [1, 20, 40, 150];
const SECONDS = 6;
const TIME_LIMIT_MS = 600_000;

const dsl: Path = { mbit: 20, rttMs: 40, buffer: 1.25, loss: 0 };
const cable: Path = { mbit: 100, rttMs: 30, buffer: 100 / 30, loss: 0 };
const wan: Path = { mbit: 300, rttMs: 40, buffer: 1, loss: 1 };

const run = (path: Path, seconds: number, rest: Partial<PathPlan> = {}): ReturnType<PathSimulation["run"]> =>
  new PathSimulation(planOf(path, 1000 * seconds, rest)).run();

afterAll(() => {
  if (WHOLE_TABLE === undefined) return;
  const paths = pathsOf({ mbit: MBIT, rttMs: RTT_MS, buffer: [0.5, 1, 4], loss: [0, 0.1, 1, 5] });
  writeFileSync(WHOLE_TABLE, tableOf(paths, 20_000));
}, TIME_LIMIT_MS);

describe("one flow", () => {
  test("over every rate and round trip, by buffer and by loss", { timeout: TIME_LIMIT_MS }, async () => {
    const byBuffer = pathsOf({ mbit: MBIT, rttMs: RTT_MS, buffer: [0.5, 1, 4], loss: [0] });
    const byLoss = pathsOf({ mbit: MBIT, rttMs: RTT_MS, buffer: [1], loss: [0.1, 1, 5] });
    const table = `${tableOf(byBuffer, 1000 * SECONDS)}\n${tableOf(byLoss, 1000 * SECONDS)}`;
    await expect(table).toMatchFileSnapshot("paths.txt");
  });

  test("over paths too short to be paced, by loss", { timeout: TIME_LIMIT_MS }, async () => {
    const paths = pathsOf({ mbit: [100, 400], rttMs: [0.3, 0.8], buffer: [16], loss: [0, 5, 20] });
    await expect(tableOf(paths, 1000)).toMatchFileSnapshot("short-paths.txt");
  });

  test("below a millisecond is not left with too few packets to notice what is lost", () => {
    const plan = planOf({ mbit: 100, rttMs: 0.3, buffer: 20, loss: 20 }, 2000);
    const [bbr, cubic] = (["bbr", "cubic"] as const).map(
      (controller) => new PathSimulation({ ...plan, flows: [{ controller }] }).run().flows[0]!.mbitPerSecond,
    );
    // With the four packets that are the least elsewhere both have a sixth of the line.
    expect(bbr).toBeGreaterThan(60);
    expect(bbr).toBeGreaterThan(2 * cubic!);
  });

  test("keeps a line of 20 Mbit/s with 50 ms of buffer busy, and has 1 % dropped at most", () => {
    const result = run(dsl, 10);
    expect(result.flows[0]!.mbitPerSecond).toBeGreaterThan(18.3);
    expect(droppedOf(result)).toBeLessThan(1);
  });

  test.each([0.1, 1])("keeps nearly the whole line with %d %% lost at random", (loss) => {
    expect(run({ ...wan, loss }, 10).flows[0]!.mbitPerSecond / wan.mbit).toBeGreaterThan(0.9);
  });
});

describe("a host whose turns come late", () => {
  /** Milliseconds that the processor is there, and away, on both ends. */
  const loads = [
    [5, 5],
    [2, 10],
    [4, 12],
    [10, 20],
    [1, 30],
    [3, 40],
    [5, 60],
  ] as const;

  test("carries the line from a cold start all the same", async () => {
    const lines = loads.map(([runningMs, pausedMs]) => {
      const figures = (["bbr", "cubic"] as const).map((controller) => {
        const result = run(cable, 10, { flows: [{ controller }], load: { runningMs, pausedMs } });
        return figuresOf(result, cable.mbit).padEnd(24);
      });
      return `runs ${String(runningMs).padStart(2)} ms, waits ${pausedMs} ms`.padEnd(28) + figures.join("").trimEnd();
    });
    const head = "100 Mbit/s, 30 ms, 100 ms".padEnd(28) + "bbr".padEnd(24) + "cubic";
    await expect(`${[head, ...lines].join("\n")}\n`).toMatchFileSnapshot("late-hosts.txt");
  });

  test.each(loads.slice(0, 4))(
    "%d ms of work and %d ms of waiting leave nine tenths of the line",
    (runningMs, pausedMs) => {
      expect(run(cable, 10, { load: { runningMs, pausedMs } }).flows[0]!.mbitPerSecond).toBeGreaterThan(90);
    },
  );
});

describe("several flows", () => {
  const pair = (first: ControllerName, second: ControllerName, startMs: number): FlowPlan[] => [
    { controller: first },
    { controller: second, startMs },
  ];
  const pairs: readonly (readonly [string, FlowPlan[]])[] = [
    ["bbr + bbr", pair("bbr", "bbr", 0)],
    ["bbr + bbr 5 s later", pair("bbr", "bbr", 5000)],
    ["bbr + cubic", pair("bbr", "cubic", 0)],
    ["bbr + cubic 5 s later", pair("bbr", "cubic", 5000)],
    ["cubic + bbr 5 s later", pair("cubic", "bbr", 5000)],
    ["cubic + cubic 5 s later", pair("cubic", "cubic", 5000)],
  ];

  test("share a bottleneck", { timeout: TIME_LIMIT_MS }, async () => {
    const lines = pairs.flatMap(([name, flows]) =>
      pathsOf({ mbit: [20, 100], rttMs: [40], buffer: [0.5, 1, 4], loss: [0] }).map((path) => {
        const figures = figuresOf(run(path, 20, { flows }), path.mbit);
        return `${name.padEnd(26)}${String(path.mbit).padEnd(8)}${String(path.buffer).padEnd(12)}${figures}`;
      }),
    );
    const head = "40 ms, 20 s".padEnd(26) + "Mbit/s  buffer BDP  share of each over its own time, queue, dropped";
    await expect(`${[head, ...lines].join("\n")}\n`).toMatchFileSnapshot("sharing.txt");
  });

  test("neither of two starves, no matter which came first", () => {
    for (const [, flows] of pairs) {
      const shares = run({ ...cable, rttMs: 40, buffer: 1 }, 20, { flows }).flows.map((flow) => flow.mbitPerSecond);
      expect(Math.min(...shares)).toBeGreaterThan(12);
    }
  });

  test("fill 100 and 20 Mbit/s in both directions at once", () => {
    const plan = planOf(cable, 10_000, { flows: [{ controller: "bbr" }, { controller: "bbr", isBackward: true }] });
    const backward = { mbitPerSecond: 20, delayMs: 15, bufferOctets: 250_000 };
    const { flows } = new PathSimulation({ ...plan, backward }).run();
    expect(flows[0]!.mbitPerSecond / 100).toBeGreaterThan(0.9);
    // Acknowledgements of the first take a sixteenth of it.
    expect(flows[1]!.mbitPerSecond / 20).toBeGreaterThan(0.8);
  });
});

describe("a path that does more than lose", () => {
  test.each([
    ["reordering", { reordering: 0.02 }],
    ["duplication", { duplication: 0.02 }],
    ["congestion marks", { markAboveMs: 10 }],
  ] as const)("by %s leaves most of the line", (_, impairment) => {
    const plan = planOf({ ...cable, buffer: 1 }, 10_000);
    const { flows } = new PathSimulation({ ...plan, forward: { ...plan.forward, ...impairment } }).run();
    expect(flows[0]!.mbitPerSecond / 100).toBeGreaterThan(0.8);
  });
});
