import { expect, test } from "vitest";
import { countResults } from "./count-results.ts";

const file = (status: string, ...assertions: string[]): object => ({
  status,
  assertionResults: assertions.map((assertion) => ({ status: assertion })),
});

test("each test is counted by its own status", () => {
  const result = { testResults: [file("failed", "passed", "failed"), file("passed", "passed", "pending", "todo")] };
  expect(countResults(result, false)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test("a file that fails outside its tests is a failure", () => {
  const result = { testResults: [file("failed"), file("passed", "passed")] };
  expect(countResults(result, false)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test("an unclean exit without a failed test is a failure", () => {
  expect(countResults({ testResults: [file("passed", "passed")] }, false)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
  });
});

test("a missing result is a failure", () => {
  expect(countResults(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
