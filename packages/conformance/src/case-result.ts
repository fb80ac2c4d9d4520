import type { ConformanceCase } from "./conformance-case.ts";

/** What came of a case. */
export type Outcome =
  | { readonly outcome: "passed"; readonly figure: string | undefined }
  | { readonly outcome: "skipped"; readonly reason: string }
  | { readonly outcome: "failed"; readonly expected: string; readonly came: string };

/** A case and what came of it. */
export interface CaseResult {
  readonly of: ConformanceCase;
  readonly result: Outcome;
  readonly durationMs: number;
}

/** Whether a result makes the link fail: what it only should do does not. */
export function isFatal({ of, result }: CaseResult): boolean {
  return result.outcome === "failed" && of.level === "must";
}

/** Whether a link may be called conforming: nothing fatal came, and not everything was skipped. */
export function conforms(results: readonly CaseResult[]): boolean {
  return !results.some(isFatal) && !isUntried(results);
}

/** Whether every case was skipped, which says nothing of the link: a shell that finds no program exits 127, too. */
export function isUntried(results: readonly CaseResult[]): boolean {
  return results.every(({ result }) => result.outcome === "skipped");
}
