import { type CaseResult, isFatal } from "../case-result.ts";
import { CONTRACT } from "../contract.ts";
import { GROUPS } from "../conformance-case.ts";

/** All results as JUnit XML, one suite for each group. */
export function junitReport(results: readonly CaseResult[]): string {
  const suites = GROUPS.map((group) =>
    suite(
      group,
      results.filter(({ of }) => of.group === group),
    ),
  );
  const body = suites.filter((text) => text !== "").join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="flor link test">\n${body}\n</testsuites>\n`;
}

function suite(group: string, results: readonly CaseResult[]): string {
  if (results.length === 0) return "";
  const skipped = results.filter(({ result }) => result.outcome === "skipped").length;
  const counts = `tests="${results.length}" failures="${results.filter(isFatal).length}" skipped="${skipped}"`;
  const seconds = results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const cases = results.map(caseElement).join("\n");
  return `  <testsuite name="${group}" ${counts} time="${seconds.toFixed(3)}">\n${cases}\n  </testsuite>`;
}

function caseElement(of: CaseResult): string {
  const name = escaped(`${of.of.id} ${of.of.title}`);
  const head = `    <testcase classname="${of.of.group}" name="${name}" time="${(of.durationMs / 1000).toFixed(3)}"`;
  const inner = innerElement(of);
  return inner === "" ? `${head}/>` : `${head}>${inner}</testcase>`;
}

function innerElement(of: CaseResult): string {
  const { result } = of;
  if (result.outcome === "skipped") return `<skipped message="${escaped(result.reason)}"/>`;
  if (result.outcome === "passed")
    return result.figure === undefined ? "" : `<system-out>${escaped(result.figure)}</system-out>`;
  const text = `expected: ${result.expected}\ncame: ${result.came}\nsee: ${CONTRACT}, "${of.of.section}"`;
  return isFatal(of)
    ? `<failure message="${escaped(result.came)}">${escaped(text)}</failure>`
    : `<system-out>should: ${escaped(text)}</system-out>`;
}

function escaped(text: string): string {
  // Control characters and noncharacters are no XML 1.0 at all, escaped or not.
  return text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n]|[\ufffe\uffff]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
