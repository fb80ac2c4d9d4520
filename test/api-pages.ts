/** Pages of what programs and links import, made from the docstrings: `npm run generate` writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "rolldown/utils";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A package that others import, and its page. */
interface PublicPackage {
  readonly index: string;
  readonly page: string;
  readonly title: string;
  readonly about: string;
}

const PACKAGES: readonly PublicPackage[] = [
  {
    index: "packages/api/src/index.ts",
    page: "docs/library-reference.md",
    title: "Reference of the library",
    about: 'What `import … from "flor"` offers. [library.md](library.md) shows how it is used.',
  },
  {
    index: "packages/link-kit/src/index.ts",
    page: "docs/link-kit-reference.md",
    title: "Reference of the link kit",
    about: 'What `import … from "@flor/link-kit"` offers. [write-a-link.md](write-a-link.md) shows how it is used.',
  },
];

/** One export as its page tells of it. */
export interface ApiEntry {
  readonly name: string;
  /** Its docstring without the stars; empty: it has none. */
  readonly doc: string;
  readonly signature: string;
  readonly members: readonly ApiMember[];
}

/** What belongs to an exported class or interface. */
export interface ApiMember {
  readonly doc: string;
  readonly signature: string;
}

/** A page by its path below the repository, and its text. */
export interface ApiPage {
  readonly path: string;
  readonly text: string;
  readonly entries: readonly ApiEntry[];
}

/** All pages, from the sources as they are. */
export function apiPages(): readonly ApiPage[] {
  return PACKAGES.map(({ index, page, title, about }) => {
    const entries = exportsOf(join(ROOT, index)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return { path: page, entries, text: pageText(title, about, entries) };
  });
}

function pageText(title: string, about: string, entries: readonly ApiEntry[]): string {
  const head = `# ${title}\n\n${about} Made from the sources by \`npm run generate\`.\n`;
  return [head, ...entries.map(entryText)].join("\n");
}

function entryText({ name, doc, signature, members }: ApiEntry): string {
  const documented = members.map(({ doc: text, signature: line }) => `${commented(text)}  ${line}`);
  const body = members.length === 0 ? signature : `${signature} {\n${documented.join("\n")}\n}`;
  return `## \`${name}\`\n\n${proseOf(doc)}\n\n\`\`\`ts\n${body}\n\`\`\`\n`;
}

function commented(doc: string): string {
  return doc === ""
    ? ""
    : `${doc
        .split("\n")
        .map((line) => `  // ${line}`.trimEnd())
        .join("\n")}\n`;
}

/** Tags are told as what they are; a link to another name is that name. */
function proseOf(doc: string): string {
  return doc
    .replaceAll(/\{@link ([^}]+)\}/g, "`$1`")
    .replaceAll(/^@param (\S+)/gm, "- `$1`:")
    .replaceAll(/^@(returns|throws|default)/gm, "- $1:");
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly body: readonly SyntaxNode[];
  readonly comments: readonly {
    readonly type: string;
    readonly value: string;
    readonly start: number;
    readonly end: number;
  }[];
}

function sourceOf(file: string): Source {
  const text = readFileSync(file, "utf8");
  const { program, comments } = parseSync(file, text);
  return { file, text, body: program.body as unknown as readonly SyntaxNode[], comments };
}

/** Exports of a module that are told of, those of others that it passes on included. */
function exportsOf(file: string): readonly ApiEntry[] {
  const source = sourceOf(file);
  return source.body.flatMap((node): readonly ApiEntry[] => {
    if (node.type !== "ExportNamedDeclaration") return [];
    const from = node["source"] as { readonly value: string } | null;
    if (from === null) return entriesOf(source, node);
    const names = (node["specifiers"] as readonly { readonly exported: { readonly name: string } }[]).map(
      ({ exported }) => exported.name,
    );
    const passed = exportsOf(moduleOf(file, from.value));
    return names.flatMap((name) => passed.filter((entry) => entry.name === name));
  });
}

function moduleOf(file: string, specifier: string): string {
  if (specifier.startsWith(".")) return resolve(dirname(file), specifier);
  return join(ROOT, "packages", specifier.replace("@flor/", ""), "src/index.ts");
}

function entriesOf(source: Source, exported: SyntaxNode): readonly ApiEntry[] {
  const node = exported["declaration"] as SyntaxNode | null;
  if (node === null) return [];
  const doc = docBefore(source, exported.start);
  const named = (of: SyntaxNode): string => (of["id"] as { readonly name: string }).name;
  if (node.type === "VariableDeclaration") {
    const [declarator] = node["declarations"] as readonly SyntaxNode[];
    if (declarator === undefined) return [];
    return [{ name: named(declarator), doc, signature: source.text.slice(node.start, node.end), members: [] }];
  }
  const body = node["body"] as SyntaxNode | null | undefined;
  const signature = source.text.slice(node.start, body?.start ?? node.end).trim();
  const parts =
    node.type === "FunctionDeclaration" ? [] : ((body?.["body"] as readonly SyntaxNode[] | undefined) ?? []);
  return [
    {
      name: named(node),
      doc,
      signature,
      members: parts.flatMap((part, index) => memberOf(source, part, parts[index - 1])),
    },
  ];
}

function memberOf(source: Source, node: SyntaxNode, before: SyntaxNode | undefined): readonly ApiMember[] {
  const key = keyOf(node);
  if (key?.type === "PrivateIdentifier" || node["accessibility"] === "private") return [];
  const doc = docBefore(source, node.start);
  // What streams and the node call is no business of their users.
  if (doc.startsWith("For the node")) return [];
  if (key?.name?.startsWith("_") === true || node["override"] === true) return [];
  const value = node["value"] as SyntaxNode | null | undefined;
  const body = (value?.["body"] ?? undefined) as SyntaxNode | undefined;
  // What overloads stand before has a signature for the compiler alone.
  if (body !== undefined && isOverload(before) && keyOf(before)?.name === key?.name) return [];
  const isField = node.type === "PropertyDefinition" && value !== null && value !== undefined;
  const end = isField ? value.start : (body?.start ?? node.end);
  const text = source.text.slice(node.start, end).trim();
  const signature = `${text.replace(/\s*[=;]$/, "")};`;
  return [{ doc, signature }];
}

function keyOf(node: SyntaxNode): { readonly type: string; readonly name?: string } | undefined {
  return node["key"] as ReturnType<typeof keyOf>;
}

function isOverload(node: SyntaxNode | undefined): node is SyntaxNode {
  return (node?.["value"] as SyntaxNode | undefined)?.type === "TSEmptyBodyFunctionExpression";
}

/** The docstring that ends where a declaration begins. */
function docBefore({ text, comments }: Source, start: number): string {
  const comment = comments.findLast(({ end }) => end <= start);
  const isDoc = comment?.type === "Block" && comment.value.startsWith("*");
  if (!isDoc || text.slice(comment.end, start).trim() !== "") return "";
  const lines = comment.value.slice(1).split("\n");
  return lines
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}

if (import.meta.main) for (const { path, text } of apiPages()) writeFileSync(join(ROOT, path), text);
