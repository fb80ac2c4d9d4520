const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds that a text such as `90m`, `24h` or `7d` means; `undefined`: none. */
export function durationOf(text: string): number | undefined {
  const [, digits, unit = ""] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (UNITS_MS[unit] ?? 0);
}
