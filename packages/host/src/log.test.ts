import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLog, type Log, type LogOptions } from "./log.ts";

let written: string[] = [];
const logOf = (options: LogOptions = {}): Log =>
  createLog({ ...options, stream: { write: (line) => void written.push(line) } });
const lines = (): Record<string, unknown>[] => written.map((line) => JSON.parse(line) as Record<string, unknown>);

beforeEach(() => {
  written = [];
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => void vi.useRealTimers());

it("writes one line of JSON with the step and what belongs to it", () => {
  logOf({ fields: { node: "home" } }).write("warn", "dial", { peer: "vm", port: 22, up: true, none: undefined });
  expect(lines()).toMatchObject([{ level: 40, msg: "dial", node: "home", peer: "vm", port: 22, up: true }]);
});

it("lets no name forge a line or reach the terminal", () => {
  const evil = '"}\n{"level":60,"msg":"forged"}\u001B[2J\u0085\u2028\u202E\u007F';
  logOf().write("info", "open", { target: evil, [evil]: 1, error: new Error(evil), list: [evil] });
  expect(written).toHaveLength(1);
  expect(written[0]?.trimEnd()).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(lines()[0]).toMatchObject({ msg: "open" });
});

it("writes every kind of value and never throws", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  logOf().write("error", "odd", {
    circle,
    big: 1n,
    octets: Uint8Array.of(1, 255),
    nothing: null,
    long: "x".repeat(9999),
  });
  const [line] = lines();
  expect(line).toMatchObject({ circle: "[object Object]", big: "1", octets: "01ff", nothing: null });
  expect(String(line?.["long"]).length).toBeLessThan(2049);
});

it("caps each step at 20 lines a second and says how many are missing", () => {
  const log = logOf();
  for (let i = 0; i < 100; i += 1) log.write("warn", "greeting", { i });
  log.write("warn", "dial");
  expect(written).toHaveLength(21);
  vi.advanceTimersByTime(1000);
  log.write("warn", "greeting", {});
  expect(lines().at(-1)).toMatchObject({ msg: "greeting", suppressed: 80 });
});

it("leaves out what is below its level", () => {
  const log = logOf({ level: "warn" });
  log.write("info", "quiet");
  log.write("error", "loud");
  expect(lines().map(({ msg }) => msg)).toEqual(["loud"]);
});

it("caps no step that has a bound of its own", () => {
  const log = logOf({ uncapped: ["link-log"] });
  for (let i = 0; i < 100; i += 1) log.write("info", "link-log", { i });
  expect(written).toHaveLength(100);
});

it("lets no field pass for the time, the level, the message or the node", () => {
  logOf({ fields: { node: "home" } }).write("info", "link-log", { time: "never", level: 60, msg: "forged", node: "x" });
  expect(lines()[0]).toMatchObject({ level: 30, msg: "link-log", node: "home", time_: "never", level_: 60 });
  expect(written[0]?.match(/"(?:time|level|msg)":/g)).toHaveLength(3);
});
