/** What the repository consists of, read from the disk: for the tests that hold its laws. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** A package of the workspace: its folder from the root, and what its package.json says. */
export interface WorkspacePackage {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A source file: its path from the root and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Reads one file of the repository; throws when it is missing. */
export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** All packages of the workspace, the root itself included, as the folder `.`. */
export function workspacePackages(): readonly WorkspacePackage[] {
  return globSync(["package.json", "{packages,apps,links}/*/package.json"], { cwd: root })
    .toSorted()
    .map((path) => {
      const manifest = JSON.parse(readText(path)) as Record<string, unknown>;
      const dependencies = { ...(manifest["dependencies"] as object), ...(manifest["devDependencies"] as object) };
      return { folder: dirname(path), name: String(manifest["name"]), dependencies };
    });
}

/** All TypeScript files under the given folders, generated code left out. */
export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  return globSync(
    folders.map((folder) => `${folder}/**/*.ts`),
    { cwd: root, exclude: ["**/node_modules", "**/dist", "**/gen"] },
  )
    .toSorted()
    .map((path) => ({ path, text: readText(path) }));
}

/** The module specifiers that a source file imports or re-exports, types included. */
export function importsOf(file: SourceFile): readonly string[] {
  const statement = /^(?:import|export)\s[\w$*{},\s]*from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...file.text.matchAll(statement)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

/** `@flor/wire/x` → `@flor/wire`, `zod/v4` → `zod`; undefined for files of the same package and for Node's own. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
}
