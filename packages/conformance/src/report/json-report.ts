import { type CaseResult, conforms } from "../case-result.ts";
import { CONTRACT } from "../contract.ts";
import { jsonText } from "./json-text.ts";
import { summaryLine } from "./summary.ts";

/** All results as one JSON object. */
export function jsonReport(results: readonly CaseResult[], seed: number): string {
  const cases = results.map(({ of: { id, group, level, title, section }, result, durationMs }) => ({
    id,
    group,
    level,
    title,
    contract: `${CONTRACT}, "${section}"`,
    durationMs: Math.round(durationMs),
    ...result,
  }));
  const report = { conforms: conforms(results), summary: summaryLine(results), seed, cases };
  return `${jsonText(report, 2)}\n`;
}
