/** What a run of the tests came to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface FileResult {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

/**
 * Counts what Vitest's JSON reporter wrote. A file that failed outside its tests (an import, a hook), an error that no
 * test owns, and a result that is missing altogether each count as one failure.
 */
export function countResults(result: unknown, exitedCleanly: boolean): Counts {
  const files = (result as { testResults?: readonly FileResult[] } | undefined)?.testResults ?? [];
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) countFile(file, counts);
  if (!exitedCleanly && counts.failed === 0) counts.failed = 1;
  return counts;
}

function countFile(file: FileResult, counts: Counts): void {
  const failedBefore = counts.failed;
  for (const { status } of file.assertionResults) {
    if (status === "passed") counts.passed += 1;
    else if (status === "failed") counts.failed += 1;
    else counts.skipped += 1;
  }
  if (file.status === "failed" && counts.failed === failedBefore) counts.failed += 1;
}
