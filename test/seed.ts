/**
 * Before each test file: properties draw the same inputs in each run, so that what passed yesterday passes today.
 * `FLOR_TEST_SEED=random` lets them draw others, and a number the same as another run did.
 */
import { configureGlobal } from "fast-check";

const DEFAULT_SEED = 1;

const wanted = process.env["FLOR_TEST_SEED"] ?? String(DEFAULT_SEED);
if (wanted !== "random") {
  const seed = Number(wanted);
  if (!Number.isSafeInteger(seed)) throw new Error(`FLOR_TEST_SEED=${wanted}: a whole number, or "random"`);
  configureGlobal({ seed });
}
