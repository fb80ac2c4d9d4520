import { type CaseResult, conforms, isUntried } from "../case-result.ts";
import { GROUPS } from "../conformance-case.ts";

/** `conforms: process 9/9 handshake 10/10 …`; figures and what was skipped do not count. */
export function summaryLine(results: readonly CaseResult[]): string {
  const parts = GROUPS.map((group) =>
    groupText(
      group,
      results.filter(({ of }) => of.group === group),
    ),
  ).filter((part) => part !== undefined);
  if (isUntried(results)) return `nothing was tried: of ${results.length} cases all were skipped`;
  return `${conforms(results) ? "conforms" : "does not conform"}: ${parts.join(" ") || "only figures were taken"}`;
}

function groupText(group: string, results: readonly CaseResult[]): string | undefined {
  const counted = results.filter(({ of, result }) => of.level !== "figure" && result.outcome !== "skipped");
  const passed = counted.filter(({ result }) => result.outcome === "passed");
  return counted.length === 0 ? undefined : `${group} ${passed.length}/${counted.length}`;
}
