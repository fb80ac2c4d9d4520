/**
 * Before each test file: properties and simulated nodes draw the same numbers in each run, so that what passed yesterday
 * passes today. `FLOR_TEST_SEED=random` lets them draw others, and a number the same as another run did.
 */
import { randomInt } from "node:crypto";
import { configureGlobal } from "fast-check";
import { beforeEach } from "vitest";

const DEFAULT_SEED = 1;
const SEED_MAX = 2 ** 31 - 1;

const wanted = process.env["FLOR_TEST_SEED"] ?? String(DEFAULT_SEED);
const seed = wanted === "random" ? randomInt(SEED_MAX) : Number(wanted);
if (!Number.isSafeInteger(seed)) throw new Error(`FLOR_TEST_SEED=${wanted}: a whole number, or "random"`);
configureGlobal({ seed });
if (wanted === "random") {
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => void process.stderr.write(`FLOR_TEST_SEED=${seed} repeats what failed\n`));
  });
}
