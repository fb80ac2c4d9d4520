import { quote } from "./quote.ts";

/** A severity of this program's log. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** A line that a link wrote, safe to be logged. */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
  /** What else a structured line said; empty for plain text. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** A line is cut here, in octets. */
export const LOG_LINE_MAX_OCTETS = 65_536;

const FIELDS_MAX = 32;
const FIELD_MAX_OCTETS = 1024;

const levels: Readonly<Record<string, LogLevel>> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warn: "warn",
  warning: "warn",
  error: "error",
  fatal: "error",
  // pino and bunyan write numbers.
  10: "debug",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "error",
};

/**
 * What a line of a link says: an object with `level` and `msg` is structured, anything else is plain text of the level
 * given. Never throws.
 */
export function parseLogLine(line: string, plainLevel: LogLevel): LogLine {
  const structured = line.startsWith("{") ? parseStructured(line) : undefined;
  return structured ?? { level: plainLevel, text: quote(line, LOG_LINE_MAX_OCTETS), fields: {} };
}

function parseStructured(line: string): LogLine | undefined {
  const value = parseObject(line);
  if (value === undefined || typeof value["msg"] !== "string") return undefined;
  const name = String(value["level"]);
  const level = Object.hasOwn(levels, name) ? levels[name] : undefined;
  if (level === undefined) return undefined;
  return { level, text: quote(value["msg"], LOG_LINE_MAX_OCTETS), fields: fieldsOf(value) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf(value: Readonly<Record<string, unknown>>): LogLine["fields"] {
  const fields: [string, string | number | boolean][] = [];
  for (const [name, field] of Object.entries(value)) {
    if (name === "level" || name === "msg") continue;
    if (fields.length === FIELDS_MAX) break;
    const text = typeof field === "number" || typeof field === "boolean" ? field : textOf(field);
    fields.push([quote(name), text]);
  }
  return Object.fromEntries(fields);
}

function textOf(field: unknown): string {
  return quote(typeof field === "string" ? field : JSON.stringify(field), FIELD_MAX_OCTETS);
}
