import type { Bench } from "./bench.ts";
import { deliver, numbered } from "./carry.ts";
import type { Crossing } from "./crossing.ts";
import { Finding } from "./finding.ts";

/** What was in the way must be gone by then. */
const RETURN_MS = 10_000;

/** Holds that frames cross both ways, numbered from `first`. */
export async function expectCrosses(bench: Bench, { near, far }: Crossing, first: number): Promise<void> {
  await deliver(bench, near, far, numbered([200, 201], first));
  await deliver(bench, far, near, numbered([202, 203], first + 10));
}

/** Holds that frames cross again within 10 s: what is lost on the way back to normal does not count. */
export async function untilCrosses(bench: Bench, crossing: Crossing): Promise<void> {
  const until = performance.now() + RETURN_MS * (bench.options.patience ?? 1);
  for (let round = 1; ; round += 1) {
    try {
      return await expectCrosses(bench, crossing, round * 100_000);
    } catch (error) {
      if (!(error instanceof Finding) || performance.now() > until) throw error;
    }
  }
}
