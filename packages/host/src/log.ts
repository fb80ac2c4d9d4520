/**
 * The node's log: one JSON object a line, on stderr. Every text in it is quoted here, so that no name of a client, a
 * peer or a link can forge a line or reach the terminal.
 */
import { RateBudget } from "@flor/machine";
import { type DestinationStream, pino } from "pino";
import { LineWriter } from "./line-writer.ts";
import type { LogLevel } from "./log-line.ts";
import type { LogRing } from "./log-ring.ts";
import { quote } from "./quote.ts";

/** Values of a log line by name. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where lines go. */
export interface Log {
  /** Writes a line: what happened, in the words of the corridor, and its circumstances. */
  write(level: LogLevel, step: string, fields?: LogFields): void;
}

/** What a log is made of. */
export interface LogOptions {
  /** Lines below are left out. @default "info" */
  readonly level?: LogLevel;
  /** In every line, e.g. the node's name. @default {} */
  readonly fields?: LogFields;
  /** @default stderr */
  readonly stream?: DestinationStream;
  /** Keeps the last lines as well. @default nobody */
  readonly keep?: LogRing;
  /** Steps whose lines have a bound of their own. @default none */
  readonly uncapped?: readonly string[];
}

/** Lines of one step a second; what is beyond is counted. A stranger must not fill the disk. */
const LINES_PER_STEP = 20;
const STEPS_MAX = 256;
const FIELD_MAX_OCTETS = 2048;
const STDERR = 2;
/** Written by the log itself: a field of that name, which a link may have chosen, must not pass for it. */
const RESERVED = new Set(["level", "time", "msg"]);

/** A log over pino. */
export function createLog(options: LogOptions = {}): Log {
  const to = options.stream ?? new LineWriter(STDERR, lostLine);
  const { keep } = options;
  const write = (line: string): void => {
    keep?.write(line);
    to.write(line);
  };
  const stream = keep === undefined ? to : { write };
  const logger = pino({ level: options.level ?? "info", base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  const own = quotedFields(options.fields ?? {});
  const caps = new Map<string, RateBudget>();
  const uncapped = new Set(options.uncapped);
  return {
    write(level, step, fields = {}) {
      if (!logger.isLevelEnabled(level)) return;
      const cap = uncapped.has(step) ? undefined : capOf(caps, step);
      if (cap?.take(1, performance.now()) === false) return;
      const suppressed = cap?.takeRefused() ?? 0;
      const more = suppressed === 0 ? {} : { suppressed };
      logger[level]({ ...quotedFields(fields), ...own, ...more }, quote(step));
    },
  };
}

function lostLine(lines: number): string {
  return `${JSON.stringify({ level: 40, time: new Date().toISOString(), msg: "log-lines-lost", lines })}\n`;
}

/** The cap of a step. Steps are words of the program, not of strangers; the bound is for mistakes. */
function capOf(caps: Map<string, RateBudget>, step: string): RateBudget {
  const name = caps.has(step) || caps.size < STEPS_MAX ? step : "";
  let cap = caps.get(name);
  if (cap === undefined) {
    cap = new RateBudget(LINES_PER_STEP);
    caps.set(name, cap);
  }
  return cap;
}

function quotedFields(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [fieldNameOf(name), quoted(value)]));
}

function fieldNameOf(name: string): string {
  return RESERVED.has(name) ? `${name}_` : quote(name);
}

function quoted(value: unknown): unknown {
  if (typeof value === "string") return quote(value, FIELD_MAX_OCTETS);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return quote(value.stack ?? value.message, FIELD_MAX_OCTETS);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return quote(Buffer.from(value).toString("hex"), FIELD_MAX_OCTETS);
  return quote(textOf(value), FIELD_MAX_OCTETS);
}

function textOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
