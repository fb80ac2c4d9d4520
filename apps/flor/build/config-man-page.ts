/** The manual page flor.yaml(5), made of docs/configuration.md, which a test compares with the schema. */
import { roff } from "../src/commands/man-page.ts";

/** The page in the man macros of roff. @param page the text of docs/configuration.md */
export function configManPage(page: string, version: string): string {
  const lines = [
    `.TH FLOR.YAML 5 "" "flor ${version}" "flor"`,
    ".SH NAME",
    "flor.yaml \\- configuration of a node of flor",
    ".SH DESCRIPTION",
  ];
  let isCode = false;
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) lines.push(".PP", inline(paragraph.join(" ")));
    paragraph = [];
  };
  for (const line of page.split("\n").slice(1)) {
    if (line.startsWith("```")) {
      flush();
      isCode = !isCode;
      lines.push(...(isCode ? [".PP", ".RS 4", ".nf"] : [".fi", ".RE"]));
    } else if (isCode) lines.push(roff(line));
    else if (line.startsWith("    ")) {
      flush();
      lines.push(".PP", ".RS 4", ".nf", roff(line.trim()), ".fi", ".RE");
    } else if (line.startsWith("#")) {
      flush();
      lines.push(`.SH "${roff(line.replace(/^#+ /, "").replaceAll("`", "").toUpperCase())}"`);
    } else if (line.startsWith("|")) {
      flush();
      lines.push(...rowLines(line));
    } else if (line.trim() === "") flush();
    else paragraph.push(line.trim());
  }
  flush();
  return `${lines.join("\n")}\n.SH SEE ALSO\n.BR flor (1)\n`;
}

/** A row of a table: its first cell is what is explained; a heading and its rule are left out. */
function rowLines(line: string): readonly string[] {
  const cells = line
    .replaceAll("\\|", "\u0000")
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\u0000", "|"));
  const [first = "", what = "", ...others] = cells;
  if (/^-+$/.test(first) || HEADINGS.test(first)) return [];
  const rest = others.filter((cell) => cell !== "").map((cell) => ` (${cell})`);
  return [".TP", `\\fB${roff(first.replaceAll("`", ""))}\\fR`, inline(what + rest.join(""))];
}

/** First cells of headings. */
const HEADINGS = /^(?:key|HOST|destination|`from`|kind)$/;

function inline(text: string): string {
  const plain = text
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replaceAll("**", "")
    .replaceAll(/(?<=^|\W)_([^_]+)_(?=\W|$)/g, "$1");
  return plain
    .split("`")
    .map((part, index) => (index % 2 === 0 ? roff(part) : `\\fB${roff(part)}\\fR`))
    .join("");
}
