import type { CaseResult } from "../case-result.ts";
import { CONTRACT } from "../contract.ts";

/** One result for a person: a line, and for a failure what was expected, what came, and where the contract says so. */
export function resultText({ of, result, durationMs }: CaseResult): string {
  const time = `${(durationMs / 1000).toFixed(1)} s`;
  if (result.outcome === "skipped") return `- ${of.id} ${of.title}\n    skipped: ${printable(result.reason)}`;
  if (result.outcome === "failed") {
    const mark = of.level === "must" ? "✗" : "!";
    const lines = [
      `${mark} ${of.id} ${of.title}${of.level === "must" ? "" : " (should)"}`,
      `    expected: ${printable(result.expected)}`,
      `    came:     ${printable(result.came)}`,
      `    see:      ${CONTRACT}, "${of.section}"`,
    ];
    return lines.join("\n");
  }
  return `✓ ${of.id} ${of.title}${result.figure === undefined ? "" : `: ${result.figure}`} (${time})`;
}

/** A link's words may hold what a terminal obeys. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "·");
}
