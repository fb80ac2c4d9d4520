import type { CaseResult } from "../case-result.ts";
import { CONTRACT } from "../contract.ts";
import { jsonText } from "./json-text.ts";

/** All results in the Test Anything Protocol, version 14. */
export function tapReport(results: readonly CaseResult[]): string {
  const lines = results.flatMap((result, index) => pointLines(result, index + 1));
  return ["TAP version 14", `1..${results.length}`, ...lines, ""].join("\n");
}

function pointLines({ of, result, durationMs }: CaseResult, number: number): readonly string[] {
  const name = `${number} - ${of.id} ${escaped(of.title)}`;
  if (result.outcome === "skipped") return [`ok ${name} # SKIP ${escaped(result.reason)}`];
  if (result.outcome === "passed") return [`ok ${name}`, ...figureLines(result.figure)];
  // A failure that the directive marks does not make the run fail: that is what "should" means.
  return [
    `not ok ${name}${of.level === "must" ? "" : " # TODO it should"}`,
    "  ---",
    `  expected: ${jsonText(result.expected)}`,
    `  came: ${jsonText(result.came)}`,
    `  see: ${jsonText(`${CONTRACT}, "${of.section}"`)}`,
    `  duration_ms: ${Math.round(durationMs)}`,
    "  ...",
  ];
}

function figureLines(figure: string | undefined): readonly string[] {
  return figure === undefined ? [] : [`# ${escaped(figure)}`];
}

/** `#` begins a directive. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("#", "\\#").replaceAll("\n", " ");
}
