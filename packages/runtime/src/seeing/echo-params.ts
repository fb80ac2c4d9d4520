/** Reads what a control client asks of echoes. */
import { ECHO_RUN_CHARACTERS } from "@flor/node";
import type { EchoParams } from "./seeing.ts";

/** Octets of an echo at most: what the largest frame carries. */
export const ECHO_OCTETS_MAX = 61_440;
/** Control clients wait 5 s for an answer. */
const ECHO_TIMEOUT_MAX_MS = 4000;
const SEQUENCE_MAX = 0xffffffff;

/** @throws Error that names what is missing or wrong */
export function textOf(value: unknown, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`${name} is missing: it is a text`);
}

/** @throws Error that names what is missing or wrong */
export function echoParams(params: Readonly<Record<string, unknown>>): EchoParams {
  const { to, path, run, sequence, octets, timeoutMs } = params;
  const digits = textOf(run, "run");
  if (digits.length !== ECHO_RUN_CHARACTERS || !/^[0-9a-f]+$/.test(digits))
    throw new Error(`run is not ${ECHO_RUN_CHARACTERS} hexadecimal digits`);
  return {
    to: textOf(to, "to"),
    run: digits,
    sequence: wholeNumber(sequence, "sequence", SEQUENCE_MAX),
    ...(path === undefined ? {} : { path: textsOf(path) }),
    ...(octets === undefined ? {} : { octets: wholeNumber(octets, "octets", ECHO_OCTETS_MAX) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs: wholeNumber(timeoutMs, "timeoutMs", ECHO_TIMEOUT_MAX_MS) }),
  };
}

function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map((one) => textOf(one, "path"));
  throw new Error("path is not a list of names");
}

function wholeNumber(value: unknown, name: string, max: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new Error(`${name} is not a whole number from 0 to ${max}`);
}
