import { expect, test } from "vitest";
import type { Log } from "./log.ts";
import { Mistakes } from "./mistakes.ts";

function observed(): { readonly mistakes: Mistakes; readonly steps: string[]; readonly exits: number[] } {
  const steps: string[] = [];
  const exits: number[] = [];
  const log: Log = { write: (_level, step) => void steps.push(step) };
  return { mistakes: new Mistakes(log, (code) => void exits.push(code)), steps, exits };
}

test("a mistake is logged and counted by its kind", () => {
  const { mistakes, steps, exits } = observed();
  mistakes.note(new TypeError("x is undefined"), 0);
  mistakes.note(Object.assign(new Error("no"), { code: "EMFILE" }), 1);
  mistakes.note("text", 2);
  mistakes.note(new TypeError("y is undefined"), 3);
  expect(mistakes.counts).toEqual({ TypeError: 2, EMFILE: 1, string: 1 });
  expect(steps).toEqual(["mistake", "mistake", "mistake", "mistake"]);
  expect(exits).toEqual([]);
});

test("a process that makes mistakes all the time ends, for its supervisor to start it again", () => {
  const { mistakes, exits } = observed();
  for (let at = 0; at < 100; at += 1) mistakes.note(new Error("again"), at * 200);
  expect(exits).toEqual([]);
  for (let at = 0; at < 100; at += 1) mistakes.note(new Error("again"), 30_000 + at);
  expect(exits[0]).toBe(70);
});

test("kinds are bounded", () => {
  const { mistakes } = observed();
  for (let kind = 0; kind < 1000; kind += 1)
    mistakes.note(Object.assign(new Error("no"), { code: `E${kind}` }), kind * 1000);
  expect(Object.keys(mistakes.counts)).toHaveLength(33);
  expect(mistakes.counts["other"]).toBe(968);
});
