/**
 * The head of an HTTP/1 request (RFC 9112 sections 2 to 5), read strictly: what two programs could read differently is
 * malformed, since the second one may then see a request that the first one did not.
 */
import { textOf } from "../text.ts";

/** Octets of a head at most, its blank line included. */
export const HEAD_MAX_OCTETS = 16_384;
/** Fields of a head at most. */
export const FIELDS_MAX = 100;

/** One field, its name as written and its value without the white space around it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** A head. */
export interface RequestHead {
  readonly method: string;
  /** The request target, whatever its form: visible ASCII. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
  readonly fields: readonly Field[];
}

/** What came of a head. `octets`: its length, the blank line included. */
export type ReadHead =
  | { readonly state: "incomplete" }
  | { readonly state: "complete"; readonly head: RequestHead; readonly octets: number }
  | { readonly state: "malformed"; readonly status: 400 | 431 | 505; readonly text: string };

/** Only it can end a head. */
export const LINE_FEED = 0x0a;
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([!-~]+) HTTP\/([0-9])\.([0-9])$/;
const FIELD_LINE =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*((?:[!-~\u0080-\u00ff](?:[ \t!-~\u0080-\u00ff]*[!-~\u0080-\u00ff])?)?)[ \t]*$/;

/** Reads a head from the front of `octets`. A bare line feed ends a line as CRLF does (RFC 9112 section 2.2). */
export function readHead(octets: Uint8Array): ReadHead {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const end = octets.indexOf(LINE_FEED, at);
    if ((end < 0 ? octets.length : end) >= HEAD_MAX_OCTETS) return tooLarge("the head is too long");
    if (end < 0) return { state: "incomplete" };
    const line = withoutReturn(textOf(octets.subarray(at, end)));
    at = end + 1;
    if (line !== "") lines.push(line);
    // One blank line before a request is what some clients leave behind their last one (RFC 9112 section 2.2).
    else if (lines.length > 0) return headOf(lines, at);
    else if (at > 2) return malformed("blank lines before the request");
    if (lines.length > FIELDS_MAX + 1) return tooLarge(`more than ${FIELDS_MAX} fields`);
  }
}

function headOf([first = "", ...others]: readonly string[], octets: number): ReadHead {
  const [, method, target, major, minor] = REQUEST_LINE.exec(first) ?? [];
  if (method === undefined || target === undefined) return malformed("the request line is malformed");
  if (major !== "1" || (minor !== "0" && minor !== "1"))
    return { state: "malformed", status: 505, text: "HTTP/1.0 and HTTP/1.1 are understood here" };
  const fields: Field[] = [];
  for (const line of others) {
    const [, name, value] = FIELD_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return malformed("a field is malformed");
    fields.push({ name, value });
  }
  return { state: "complete", octets, head: { method, target, version: `1.${minor}`, fields } };
}

/** The values of a field, in order. */
export function valuesOf({ fields }: RequestHead, name: string): readonly string[] {
  return fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function malformed(text: string): ReadHead {
  return { state: "malformed", status: 400, text };
}

function tooLarge(text: string): ReadHead {
  return { state: "malformed", status: 431, text };
}
