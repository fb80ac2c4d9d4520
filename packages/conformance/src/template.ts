/** Values that replace `{…}` in configurations and addresses. */
export interface Places {
  /** A UDP and TCP port on loopback for this instance alone. */
  readonly port: number;
  /** Where the other instance is reached: its port, or that of the relay between them. */
  readonly peerPort: number;
  /** "near" or "far". */
  readonly name: string;
  /** The other instance's name. */
  readonly peer: string;
  /** What the other instance printed about itself; empty if not requested. */
  readonly said: string;
  /** A folder that both instances share, empty at first. */
  readonly dir: string;
}

/** Replaces places in every string of a JSON value; other text in braces stays. */
export function fillTemplate<Value>(template: Value, places: Places): Value {
  return fill(template, new Map(Object.entries(places))) as Value;
}

function fill(value: unknown, places: ReadonlyMap<string, string | number>): unknown {
  if (typeof value === "string") {
    // A string that is nothing but one number stays a number: { "port": "{port}" }.
    const whole = /^\{(\w+)\}$/.exec(value)?.[1];
    const number = whole === undefined ? undefined : places.get(whole);
    if (typeof number === "number") return number;
    return value.replaceAll(/\{(\w+)\}/g, (text, name: string) => String(places.get(name) ?? text));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, places));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, places)]));
}
