/** What JSON allows raw, and YAML, XML or a terminal does not: DEL, C1, line separators, a BOM and noncharacters. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A value as JSON of printable characters, which is YAML as well. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return text.replaceAll(UNPRINTABLE, (one) => String.raw`\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
