/**
 * What no configuration needs and a parser would take seconds or its whole stack for, found before one reads it: a running
 * node reads its file again at each reload, and stands still meanwhile.
 */
import { Lexer } from "yaml";

/** Blocks and lists in each other. The deepest that means something is six. */
export const NESTING_MAX = 64;
/** Words, marks, spaces and ends of lines; a line of a configuration has six. */
export const CONFIG_TOKENS_MAX = 200_000;

/** Says that the next token is a plain text or a block of text. */
const SCALAR_FOLLOWS = "\u001F";
/** Marks of the lexer's own, which stand for no character. */
const WITHOUT_LENGTH: readonly string[] = ["\u0002", "\u0018", SCALAR_FOLLOWS];
const SPACE = /^[ \t]+$/;

/** What is too much, and the offset in the text where it becomes so. */
export interface YamlExcess {
  readonly offset: number;
  readonly message: string;
}

/** A line's indentation, and how many lists it begins. */
interface Level {
  readonly indent: number;
  depth: number;
}

/** Finds what is nested too deep or too long to be read; `undefined` for what may be parsed. */
export function yamlExcess(text: string): YamlExcess | undefined {
  const levels: Level[] = [];
  let [offset, tokens, brackets, indent] = [0, 0, 0, 0];
  let atLineStart = true;
  let scalar = false;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > CONFIG_TOKENS_MAX)
      return { offset, message: `is too long: more than ${CONFIG_TOKENS_MAX} words and marks` };
    if (token === "\n" || token === "\r\n") [atLineStart, indent] = [true, 0];
    else if (atLineStart && SPACE.test(token)) indent = token.length;
    else if (!WITHOUT_LENGTH.includes(token)) {
      if (atLineStart && brackets === 0) enterLine(levels, indent);
      atLineStart = false;
      if (!scalar) {
        if (token === "[" || token === "{") brackets += 1;
        else if (token === "]" || token === "}") brackets = Math.max(0, brackets - 1);
        else if ((token === "-" || token === "?") && levels.length > 0) levels.at(-1)!.depth += 1;
      }
    }
    if (brackets + depthOf(levels) > NESTING_MAX)
      return { offset, message: `is nested more than ${NESTING_MAX} deep; is a bracket or a quote not closed?` };
    scalar = token === SCALAR_FOLLOWS;
    if (!WITHOUT_LENGTH.includes(token)) offset += token.length;
  }
  return undefined;
}

function enterLine(levels: Level[], indent: number): void {
  while (levels.length > 0 && levels.at(-1)!.indent >= indent) levels.pop();
  levels.push({ indent, depth: 1 });
}

function depthOf(levels: readonly Level[]): number {
  return levels.reduce((sum, { depth }) => sum + depth, 0);
}
