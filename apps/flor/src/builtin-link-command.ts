import { fileURLToPath } from "node:url";
import { shellWord } from "@flor/machine";
import { CLOSED_TO_DEBUGGERS } from "./closed-to-debuggers.ts";

/** Kinds of links that come with flor. */
export const BUILTIN_LINKS = ["udp", "tcp", "exec", "pt", "webtransport"] as const;

const isSourceTree = import.meta.url.endsWith(".ts");

/** The command that runs a link that comes with flor, in the source tree and in the installed package alike. */
export function builtinLinkCommand(kind: (typeof BUILTIN_LINKS)[number]): readonly [string, ...string[]] {
  const entry = isSourceTree ? `../../../links/${kind}/src/main.ts` : `./link-${kind}.js`;
  return [process.execPath, CLOSED_TO_DEBUGGERS, fileURLToPath(new URL(entry, import.meta.url))];
}

/** The command that runs this flor itself. */
export function florCommand(): readonly [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL(isSourceTree ? "./main.ts" : "./flor.js", import.meta.url))];
}

/** What to type to run this flor: a source tree puts no `flor` in the PATH. */
export const TYPED_FLOR: string = isSourceTree ? typedInSourceTree() : "flor";

/** By npm where npm finds the tree: it brings the Node that flor needs. */
function typedInSourceTree(): string {
  const isHere = fileURLToPath(new URL("../../..", import.meta.url)) === `${process.cwd()}/`;
  return isHere ? "npm run -s flor --" : florCommand().map(shellWord).join(" ");
}
