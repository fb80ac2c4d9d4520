import { BackOff } from "@flor/machine";

const FIRST_MS = 100;
const MAX_MS = 30_000;

/** How a carrier link waits before it dials, or starts a program, again. */
export function dialBackOff(): BackOff {
  return new BackOff({ firstMs: FIRST_MS, maxMs: MAX_MS, random: Math.random });
}
