/** Something wrong with a configuration, and what to do about it. */
export interface ConfigIssue {
  /** The file, as the user named it. */
  readonly file: string;
  /** From 1; `undefined` when the whole file is meant. */
  readonly line: number | undefined;
  /** From 1, in characters. */
  readonly column: number | undefined;
  /** Where in the configuration, e.g. `links[0].kind`; empty for the whole. */
  readonly path: string;
  /** One sentence; never holds a secret. */
  readonly message: string;
}

/** A place in a configuration: keys and indices from the root. */
export type ConfigPath = readonly (string | number)[];

/** Takes one issue. */
export type ReportIssue = (path: ConfigPath, message: string) => void;

/** `file:line:column path: message`, on one line. */
export function issueText(issue: ConfigIssue): string {
  const place = [issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(":");
  return issue.path === "" ? `${place}: ${issue.message}` : `${place} ${issue.path}: ${issue.message}`;
}

/** Longer texts of a file are cut: what is wrong with them is seen at their beginning. */
const WORD_MAX_CHARACTERS = 200;
const WORD_SHOWN_CHARACTERS = 60;

/** A message that is one line, whatever the file holds: what moves a terminal's cursor is written out. */
export function plainText(message: string): string {
  return message
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return `\\u{${code.toString(16)}}`;
    })
    .replaceAll(/\S+/gu, (word) =>
      word.length <= WORD_MAX_CHARACTERS ? word : `${Array.from(word).slice(0, WORD_SHOWN_CHARACTERS).join("")}…`,
    );
}

/** A path as people write it: `links[0].kind`. */
export function pathText(path: ConfigPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}
