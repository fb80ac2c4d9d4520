import { expect, it } from "vitest";
import type { CaseResult } from "../case-result.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { jsonReport } from "./json-report.ts";
import { junitReport } from "./junit-report.ts";
import { summaryLine } from "./summary.ts";
import { tapReport } from "./tap-report.ts";
import { resultText } from "./text-report.ts";

function caseOf(id: string, group: ConformanceCase["group"], level: ConformanceCase["level"]): ConformanceCase {
  return { id, group, level, title: `what ${id} wants #1`, section: Section.credit, run: async () => {} };
}

const failed = { outcome: "failed", expected: "a <Pong>", came: 'it said "no\u0007"' } as const;
const results: readonly CaseResult[] = [
  { of: caseOf("PROC-01", "process", "must"), result: { outcome: "passed", figure: undefined }, durationMs: 12 },
  { of: caseOf("DATA-01", "data", "must"), result: failed, durationMs: 500 },
  { of: caseOf("DATA-02", "data", "should"), result: failed, durationMs: 500 },
  { of: caseOf("DATA-03", "data", "must"), result: { outcome: "skipped", reason: "no order" }, durationMs: 1 },
  { of: caseOf("PERF-01", "performance", "figure"), result: { outcome: "passed", figure: "3 ms" }, durationMs: 1 },
];

it("the summary counts what counts, and one failed must is enough", () => {
  expect(summaryLine(results)).toBe("does not conform: process 1/1 data 0/2");
  expect(summaryLine(results.filter(({ of }) => of.id !== "DATA-01"))).toBe("conforms: process 1/1 data 0/1");
});

it("a failure says what was expected, what came, and where the contract says so", () => {
  expect(results.map(resultText).join("\n")).toMatchInlineSnapshot(`
    "✓ PROC-01 what PROC-01 wants #1 (0.0 s)
    ✗ DATA-01 what DATA-01 wants #1
        expected: a <Pong>
        came:     it said "no·"
        see:      proto/flor-io.md, "5. Credit"
    ! DATA-02 what DATA-02 wants #1 (should)
        expected: a <Pong>
        came:     it said "no·"
        see:      proto/flor-io.md, "5. Credit"
    - DATA-03 what DATA-03 wants #1
        skipped: no order
    ✓ PERF-01 what PERF-01 wants #1: 3 ms (0.0 s)"
  `);
});

it("TAP marks what is skipped, and what only should be", () => {
  expect(tapReport(results)).toMatchInlineSnapshot(`
    "TAP version 14
    1..5
    ok 1 - PROC-01 what PROC-01 wants \\#1
    not ok 2 - DATA-01 what DATA-01 wants \\#1
      ---
      expected: "a <Pong>"
      came: "it said \\"no\\u0007\\""
      see: "proto/flor-io.md, \\"5. Credit\\""
      duration_ms: 500
      ...
    not ok 3 - DATA-02 what DATA-02 wants \\#1 # TODO it should
      ---
      expected: "a <Pong>"
      came: "it said \\"no\\u0007\\""
      see: "proto/flor-io.md, \\"5. Credit\\""
      duration_ms: 500
      ...
    ok 4 - DATA-03 what DATA-03 wants \\#1 # SKIP no order
    ok 5 - PERF-01 what PERF-01 wants \\#1
    # 3 ms
    "
  `);
});

it("JUnit counts only what is fatal, and holds no character that XML forbids", () => {
  expect(junitReport(results)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="flor link test">
      <testsuite name="process" tests="1" failures="0" skipped="0" time="0.012">
        <testcase classname="process" name="PROC-01 what PROC-01 wants #1" time="0.012"/>
      </testsuite>
      <testsuite name="data" tests="3" failures="1" skipped="1" time="1.001">
        <testcase classname="data" name="DATA-01 what DATA-01 wants #1" time="0.500"><failure message="it said &quot;no&quot;">expected: a &lt;Pong&gt;
    came: it said &quot;no&quot;
    see: proto/flor-io.md, &quot;5. Credit&quot;</failure></testcase>
        <testcase classname="data" name="DATA-02 what DATA-02 wants #1" time="0.500"><system-out>should: expected: a &lt;Pong&gt;
    came: it said &quot;no&quot;
    see: proto/flor-io.md, &quot;5. Credit&quot;</system-out></testcase>
        <testcase classname="data" name="DATA-03 what DATA-03 wants #1" time="0.001"><skipped message="no order"/></testcase>
      </testsuite>
      <testsuite name="performance" tests="1" failures="0" skipped="0" time="0.001">
        <testcase classname="performance" name="PERF-01 what PERF-01 wants #1" time="0.001"><system-out>3 ms</system-out></testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

it("JSON has everything", () => {
  expect(JSON.parse(jsonReport(results, 7))).toMatchObject({
    conforms: false,
    seed: 7,
    cases: [
      { id: "PROC-01", outcome: "passed" },
      { contract: 'proto/flor-io.md, "5. Credit"', expected: "a <Pong>" },
      {},
      {},
      {},
    ],
  });
});

it("a run in which everything was skipped says nothing of the link", () => {
  const skipped = results.filter(({ result }) => result.outcome === "skipped");
  expect(summaryLine(skipped)).toBe("nothing was tried: of 1 cases all were skipped");
  expect(JSON.parse(jsonReport(skipped, 7))).toMatchObject({ conforms: false });
});

it("no report holds a character that its readers refuse, whatever the link printed", () => {
  const came = "DEL \u007f, C1 \u009b, noncharacters \ufffe\uffff, half a pair \ud800";
  const result = { outcome: "failed", expected: "a Pong", came } as const;
  const odd = [{ of: caseOf("DATA-01", "data", "must"), result, durationMs: 1 }];
  const refused = /[^\P{Cc}\n]|[\ufffe\uffff]|\p{Cs}/u;
  for (const text of [tapReport(odd), junitReport(odd), jsonReport(odd, 7)]) expect(text).not.toMatch(refused);
  expect(JSON.parse(jsonReport(odd, 7))).toMatchObject({ cases: [{ came }] });
});
