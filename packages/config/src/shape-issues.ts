import type { z } from "zod";
import { didYouMean } from "./closest.ts";
import type { ConfigPath, ReportIssue } from "./config-issue.ts";

type ShapeIssue = z.core.$ZodIssue;

/** What people call the types of values. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "a block of keys",
  record: "a block of keys",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** Reports what a shape check found in `value`, in words for the person who wrote the file. */
export function reportShapeIssues(issues: readonly ShapeIssue[], value: unknown, report: ReportIssue): void {
  for (const issue of telling(issues)) {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (issue.code === "unrecognized_keys") reportUnknownKeys(issue, path, report);
    else report(path, messageOf(issue, valueAt(value, path)));
  }
}

/**
 * Without those that say nothing of their own: a bound of a value that has the wrong type, and all bounds but the last of
 * one value. Its time grows as the issues do: a hostile file has many.
 */
function telling(issues: readonly ShapeIssue[]): readonly ShapeIssue[] {
  const mistyped = new Set<string>();
  const lastBound = new Map<string, ShapeIssue>();
  for (const issue of issues)
    if (issue.code === "invalid_type") mistyped.add(placeOf(issue));
    else if (isBound(issue)) lastBound.set(placeOf(issue), issue);
  return issues.filter((issue) => {
    if (!isBound(issue)) return true;
    const place = placeOf(issue);
    return !mistyped.has(place) && lastBound.get(place) === issue;
  });
}

function placeOf({ path }: ShapeIssue): string {
  return JSON.stringify(path);
}

function isBound({ code }: ShapeIssue): boolean {
  return code === "too_big" || code === "too_small";
}

function reportUnknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, path: ConfigPath, report: ReportIssue): void {
  for (const key of issue.keys) {
    const meant = didYouMean(key, issue.message.split(", "));
    report([...path, key], `is not a key here;${meant} allowed: ${issue.message}`);
  }
}

function messageOf(issue: ShapeIssue, found: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return typeMessage(issue.expected, found);
    case "invalid_union":
      // Without options it is told by what it holds, not by a key, and has words of its own.
      return "options" in issue && Array.isArray(issue.options)
        ? notAmong(found, lastKey(issue), issue.options)
        : issue.message;
    case "invalid_value":
      return notAmong(found, lastKey(issue), issue.values);
    case "too_small":
      return boundText("at least", issue.minimum, issue.origin);
    case "too_big":
      return boundText("at most", issue.maximum, issue.origin);
    default:
      return issue.message;
  }
}

function typeMessage(expected: string, found: unknown): string {
  const wanted = TYPE_WORDS[expected] ?? expected;
  if (found === undefined) return `is missing; ${wanted} is expected`;
  return `is ${typeWord(found)}; ${wanted} is expected${remedyOf(expected, found)}`;
}

function remedyOf(expected: string, found: unknown): string {
  // A number or a boolean where text belongs is nearly always a text that lacks its quotes.
  if (expected === "string" && typeof found !== "object") return ": quote it";
  return expected === "array" && typeof found === "string" ? ": put it in brackets, [ ]" : "";
}

function typeWord(value: unknown): string {
  if (value === null) return "empty";
  if (typeof value === "number" && !Number.isFinite(value)) return "no finite number";
  return TYPE_WORDS[Array.isArray(value) ? "array" : typeof value] ?? typeof value;
}

function notAmong(found: unknown, key: string, allowed: readonly unknown[]): string {
  const words = allowed.map(String);
  if (found === undefined) return `is missing; allowed: ${words.join(", ")}`;
  const meant = typeof found === "string" ? didYouMean(found, words) : "";
  const article = /^[aeiou]/.test(key) ? "an" : "a";
  return `${JSON.stringify(found)} is not ${article} ${key};${meant} allowed: ${words.join(", ")}`;
}

function lastKey(issue: ShapeIssue): string {
  return issue.path.findLast((step) => typeof step === "string") ?? "value";
}

function boundText(word: string, bound: number | bigint, origin: string): string {
  if (origin === "array") return `must have ${word} ${bound} ${Number(bound) === 1 ? "item" : "items"}`;
  if (origin === "string") return `must have ${word} ${bound} ${Number(bound) === 1 ? "character" : "characters"}`;
  return `must be ${word} ${bound}`;
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  let at = value;
  for (const step of path)
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[step] : undefined;
  return at;
}
