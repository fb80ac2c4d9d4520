import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type YAMLMap,
  parseDocument,
  type Document,
  type YAMLError,
  visit,
} from "yaml";
import { putEnvironment } from "./environment-values.ts";
import type { ConfigPath } from "./config-issue.ts";
import { type YamlExcess, yamlExcess } from "./yaml-excess.ts";

/** An unquoted pattern that begins with a star is an alias to YAML: by far the likeliest cause here. */
const QUOTE_THE_STAR = 'a value that begins with * must be quoted: "*"';

const TOO_MANY_ALIASES = "aliases (*name) expand to too much; write out their values";

/** A variable within `{ }` or `[ ]` that no quotes keep from being read as a block. */
const UNQUOTED_VARIABLE = /[[{,][^"'#\n]*\$\{/;

/** Issues of a text that is no YAML at all, at most: after these nobody reads on. */
const SYNTAX_ISSUES_MAX = 50;
/** Characters of what the parser says at most: it quotes what it found. */
const PARSER_MESSAGE_MAX = 200;

/** Lines and columns count from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a text as YAML. */
export interface YamlIssue extends SourcePosition {
  readonly message: string;
}

/** A YAML text that remembers where everything stood. */
export interface YamlSource {
  readonly value: unknown;
  readonly issues: readonly YamlIssue[];
  /** Where the key or item at `path` stands, or the nearest thing around it that exists. */
  positionOf(path: ConfigPath): SourcePosition;
}

/** Reads one YAML document (YAML 1.2 core schema); `value` is `undefined` when there are issues. */
export function readYaml(text: string, environment: NodeJS.ProcessEnv): YamlSource {
  const lines = new LineCounter();
  const excess = yamlExcess(text);
  if (excess !== undefined) return unread(text, excess);
  // The parser compares each key with all before it; `repeatedKeys` looks each up.
  const options = { lineCounter: lines, prettyErrors: false, merge: true, uniqueKeys: false };
  const document = parseDocument(text, options);
  const positionOf = (path: ConfigPath): SourcePosition => positionAt(offsetOf(document, path), lines);
  const said = [...document.errors, ...document.warnings].slice(0, SYNTAX_ISSUES_MAX);
  const found = said.map((error) => yamlIssue(error, lines));
  if (found.length > 0 && UNQUOTED_VARIABLE.test(text)) found[0] = withHint(found[0]!);
  if (found.length === 0) found.push(...unusableParts(document, lines));
  if (found.length === 0)
    putEnvironment(document, environment, (node, message) => {
      found.push({ ...positionAt(startOf(node) ?? 0, lines), message });
    });
  if (found.length > 0) return { value: undefined, issues: found, positionOf };
  try {
    return { value: document.toJS() as unknown, issues: [], positionOf };
  } catch (error) {
    // Aliases that would expand without end; the parser refuses them here rather than when it reads.
    const { message } = error as Error;
    const said = message.startsWith("Excessive alias count") ? TOO_MANY_ALIASES : message;
    return { value: undefined, issues: [{ line: 1, column: 1, message: said }], positionOf };
  }
}

function unread(text: string, { offset, message }: YamlExcess): YamlSource {
  const before = text.slice(0, offset).split("\n");
  const place = { line: before.length, column: before.at(-1)!.length + 1 };
  return { value: undefined, issues: [{ ...place, message }], positionOf: () => ({ line: 1, column: 1 }) };
}

function positionAt(offset: number, lines: LineCounter): SourcePosition {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function yamlIssue(error: YAMLError, lines: LineCounter): YamlIssue {
  const hint = /alias/i.test(error.message) ? `; ${QUOTE_THE_STAR}` : "";
  const said =
    error.code === "MULTIPLE_DOCS"
      ? "a second document begins here; a configuration is a single one: remove the line ---"
      : error.message.slice(0, PARSER_MESSAGE_MAX);
  return { ...positionAt(error.pos[0], lines), message: `${said}${hint}` };
}

function withHint(issue: YamlIssue): YamlIssue {
  return { ...issue, message: `${issue.message}; a value with \${…} within { } or [ ] must be quoted: "\${NAME}"` };
}

/** What is YAML, and yet no configuration could mean. */
function unusableParts(document: Document, lines: LineCounter): YamlIssue[] {
  const found: YamlIssue[] = [];
  const report = (node: unknown, message: string): void => {
    if (found.length < SYNTAX_ISSUES_MAX) found.push({ ...positionAt(startOf(node) ?? 0, lines), message });
  };
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) report(alias, `*${alias.source} refers to nothing; ${QUOTE_THE_STAR}`);
    },
    Pair(_key, pair) {
      if (pair.key !== null && !isScalar(pair.key))
        report(pair.key, "a key must be a word; is a comma or a quote missing?");
    },
    Scalar(_key, node) {
      if (typeof node.value === "string" && node.value.includes("\0"))
        report(node, "contains the character NUL; remove it");
    },
    Map(_key, map) {
      reportRepeatedKeys(map, lines, report);
    },
  });
  return found;
}

function reportRepeatedKeys(map: YAMLMap, lines: LineCounter, report: (node: unknown, message: string) => void): void {
  const first = new Map<string, unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    const name = typeof key.value === "symbol" ? "<<" : String(key.value);
    if (!first.has(name)) first.set(name, key);
    else {
      const { line } = positionAt(startOf(first.get(name)) ?? 0, lines);
      report(key, `${name.slice(0, PARSER_MESSAGE_MAX)} appears twice, first in line ${line}; keep one`);
    }
  }
}

function offsetOf(document: Document, path: ConfigPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = pairOf(node, String(step), document);
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

/** The key's own pair, or that of a block which is merged into this one. */
function pairOf(map: YAMLMap, key: string, document: Document): Pair | undefined {
  const own = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  if (own !== undefined) return own;
  for (const { key: name, value } of map.items) {
    if (!isScalar(name) || (name.value !== "<<" && typeof name.value !== "symbol")) continue;
    for (const source of isSeq(value) ? value.items : [value]) {
      const merged = isAlias(source) ? source.resolve(document) : source;
      const found = isMap(merged) ? pairOf(merged, key, document) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function startOf(node: unknown): number | undefined {
  const range: unknown = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : undefined;
}
