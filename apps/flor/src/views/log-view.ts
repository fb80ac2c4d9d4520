import type { Style } from "../terminal.ts";

/** Levels of pino by number. */
const LEVELS: Readonly<Record<number, readonly [name: string, colour: "dim" | "green" | "yellow" | "red"]>> = {
  20: ["debug", "dim"],
  30: ["info", "green"],
  40: ["warn", "yellow"],
  50: ["error", "red"],
};
/** Where "2026-11-21T12:48:01.123Z" has its time of day. */
const TIME_OF_DAY = [11, 23] as const;
const STEP_WIDTH = 20;

/**
 * A line of the log as people read it: time of day (UTC), level, step, then what belongs to it. What is not a line of
 * the log comes back as it is.
 *
 *   12:48:01.123 warn  link-failed          link=wan diagnosis="exited with code 3; …"
 *
 * @param line JSON whose texts `createLog` quoted
 */
export function logText(line: string, style: Style): string {
  const parsed = parseLine(line);
  if (parsed === undefined) return line;
  const { level, time, msg, node: _, ...fields } = parsed;
  const [name, colour] = LEVELS[Number(level)] ?? ["?", "dim"];
  const words = Object.entries(fields).map(([key, value]) => `${style.dim(`${key}=`)}${valueText(value)}`);
  const clock = style.dim(String(time).slice(...TIME_OF_DAY));
  const step = words.length === 0 ? String(msg) : String(msg).padEnd(STEP_WIDTH);
  return `${[clock, style[colour](name.padEnd(5)), step, ...words].join(" ")}\n`;
}

function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Texts that could pass for several words stand between quotation marks; `createLog` escaped what is not printable. */
function valueText(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return /[\s"=]|^$/.test(value) ? `"${value.replaceAll('"', String.raw`\"`)}"` : value;
}
