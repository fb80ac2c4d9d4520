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
