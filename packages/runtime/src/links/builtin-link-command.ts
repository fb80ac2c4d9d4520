import { fileURLToPath } from "node:url";

/** Kinds of links that come with flor. */
export const BUILTIN_LINKS = ["udp", "tcp", "exec", "pt", "webtransport"] as const;

/** Keeps Node's debugger closed from the first instruction on: any user could read the keys of a link through it. */
const CLOSED_TO_DEBUGGERS = "--disable-sigusr1";

const isSourceTree = import.meta.url.endsWith(".ts");

/** The command that runs a link that comes with flor, in the source tree and in the installed package alike. */
export function builtinLinkCommand(kind: (typeof BUILTIN_LINKS)[number]): readonly [string, ...string[]] {
  const entry = isSourceTree ? `../../../../links/${kind}/src/main.ts` : `./link-${kind}.js`;
  return [process.execPath, CLOSED_TO_DEBUGGERS, fileURLToPath(new URL(entry, import.meta.url))];
}
