import type { Impairments } from "@flor/impairment";

type Units = Readonly<Record<string, number>>;

const SHARE: Units = { "": 1, "%": 0.01 };
const TIME: Units = { "": 1, ms: 1, s: 1000 };
const OCTETS: Units = { "": 1 };
const RATE: Units = { "": 1, kbit: 1e3, mbit: 1e6 };
const NAMES: Readonly<Record<string, { readonly name: keyof Impairments; readonly units: Units }>> = {
  loss: { name: "loss", units: SHARE },
  reorder: { name: "reorder", units: SHARE },
  dup: { name: "duplicate", units: SHARE },
  corrupt: { name: "corrupt", units: SHARE },
  delay: { name: "delayMs", units: TIME },
  jitter: { name: "jitterMs", units: TIME },
  mtu: { name: "mtuOctets", units: OCTETS },
  rate: { name: "rateBitsPerSecond", units: RATE },
};

/**
 * Reads `loss=2%,reorder=1%,dup=1%,delay=20ms,mtu=1300`; also `corrupt`, `jitter`, `rate=10mbit`.
 * Throws a RangeError that names the part that makes no sense.
 */
export function parseImpairments(text: string): Impairments {
  const parts = text.split(",").map(parsePart);
  const names = parts.map(([name]) => name);
  if (new Set(names).size < names.length) throw new RangeError(`"${text}" says one thing twice`);
  return Object.fromEntries(parts);
}

function parsePart(part: string): readonly [string, number] {
  const [, word = "", number = "", unit = ""] = /^\s*(\w+)=([\d.]+)(%|[a-z]*)\s*$/.exec(part) ?? [];
  const known = NAMES[word];
  const value = Number(number) * (known?.units[unit] ?? Number.NaN);
  if (known === undefined || Number.isNaN(value))
    throw new RangeError(`"${part}" is not one of ${Object.keys(NAMES).join(", ")} with a value ${examplesFor(word)}`);
  const { name, units } = known;
  if (units === SHARE && value > 1) throw new RangeError(`"${part}": a share is at most 100%`);
  if ((units === OCTETS || units === RATE) && value <= 0) throw new RangeError(`"${part}" lets nothing through`);
  return [name, value];
}

function examplesFor(word: string): string {
  const units = Object.keys(NAMES[word]?.units ?? {}).filter((unit) => unit !== "");
  return units.length === 0 ? "such as loss=2%, delay=20ms or mtu=1300" : `in ${units.join(" or ")}`;
}
