import { Bench } from "./bench.ts";
import type { CaseResult, Outcome } from "./case-result.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { Finding, NotApplicable } from "./finding.ts";
import type { KitOptions } from "./kit-options.ts";

/** Each case runs its own processes; cases share only the machine. */
const PARALLEL = 4;
const CASE_MS = 60_000;

/** How cases are run. */
export interface RunOptions {
  /** Cases run at the same time; figures are always taken one at a time. @default 4 */
  readonly parallel?: number;
  /** Called with each result as it arrives. */
  readonly handleResult?: (result: CaseResult) => void;
  /** Ends the run: cases that run are skipped, and what they started is ended; others have no result. */
  readonly signal?: AbortSignal;
}

/** Runs cases against a link; the results are in the order of the cases. */
export async function runCases(
  cases: readonly ConformanceCase[],
  options: KitOptions,
  { parallel = PARALLEL, handleResult = () => {}, signal = new AbortController().signal }: RunOptions = {},
): Promise<readonly CaseResult[]> {
  const results = new Map<ConformanceCase, CaseResult>();
  const runAll = async (queue: ConformanceCase[]): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
      const result = await runCase(next, options, signal);
      results.set(next, result);
      handleResult(result);
    }
  };
  const figures = cases.filter(({ level }) => level === "figure");
  const others = cases.filter(({ level }) => level !== "figure");
  await Promise.all(Array.from({ length: parallel }, () => runAll(others)));
  await runAll(figures);
  return cases.map((one) => results.get(one)).filter((result) => result !== undefined);
}

async function runCase(of: ConformanceCase, options: KitOptions, signal: AbortSignal): Promise<CaseResult> {
  const start = performance.now();
  const bench = new Bench(of.id, options);
  const { promise: tooLong, reject } = Promise.withResolvers<never>();
  const handleAbort = (): void => reject(new NotApplicable("the run was stopped"));
  signal.addEventListener("abort", handleAbort);
  const limitMs = CASE_MS * (options.patience ?? 1);
  const timer = setTimeout(() => reject(new Finding(`an end within ${limitMs} ms`, "the case still ran")), limitMs);
  try {
    const figure = await Promise.race([of.run(bench), tooLong]);
    return { of, result: { outcome: "passed", figure: figure ?? undefined }, durationMs: performance.now() - start };
  } catch (error) {
    return { of, result: outcomeOf(error), durationMs: performance.now() - start };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", handleAbort);
    await bench[Symbol.asyncDispose]();
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof NotApplicable) return { outcome: "skipped", reason: error.message };
  if (error instanceof Finding) return { outcome: "failed", expected: error.expected, came: error.came };
  throw error;
}
