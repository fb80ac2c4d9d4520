import type { Impairments } from "@flor/impairment";

const NAMES: Readonly<Record<string, keyof Impairments>> = {
  loss: "loss",
  reorder: "reorder",
  dup: "duplicate",
  corrupt: "corrupt",
  delay: "delayMs",
  jitter: "jitterMs",
  mtu: "mtuOctets",
  rate: "rateBitsPerSecond",
};
const UNITS: Readonly<Record<string, number>> = { "": 1, "%": 0.01, ms: 1, s: 1000, kbit: 1e3, mbit: 1e6 };

/**
 * Reads `loss=2%,reorder=1%,dup=1%,delay=20ms,mtu=1300`; also `corrupt`, `jitter`, `rate=10mbit`.
 * Throws a RangeError that names the part that makes no sense.
 */
export function parseImpairments(text: string): Impairments {
  return Object.fromEntries(text.split(",").map(parsePart));
}

function parsePart(part: string): readonly [string, number] {
  const [, word = "", number = "", unit = ""] = /^\s*(\w+)=([\d.]+)(%|[a-z]*)\s*$/.exec(part) ?? [];
  const name = NAMES[word];
  const scale = UNITS[unit];
  const value = Number(number) * (scale ?? Number.NaN);
  if (name === undefined || Number.isNaN(value))
    throw new RangeError(`"${part}" is not one of ${Object.keys(NAMES).join(", ")} with a value such as 2% or 20ms`);
  const isShare = name === "loss" || name === "reorder" || name === "duplicate" || name === "corrupt";
  if (isShare && value > 1) throw new RangeError(`"${part}": a share is at most 100%`);
  return [name, value];
}
