const FIRST_MS = 100;
const LAST_MS = 5000;

/** Wait before the next try after `failures` failures in a row: 0.1 s, doubled up to 5 s, varied by a quarter. */
export function backOffMs(failures: number): number {
  const whole = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return whole * (0.75 + Math.random() / 2);
}
