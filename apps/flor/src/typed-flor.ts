import { fileURLToPath } from "node:url";
import { shellWord } from "@flor/machine";

const isSourceTree = import.meta.url.endsWith(".ts");

/** The command that runs this flor itself. */
export function florCommand(): readonly [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL(isSourceTree ? "./main.ts" : "./flor.js", import.meta.url))];
}

/** What to type to run this flor: a source tree puts no `flor` in the PATH. */
export const TYPED_FLOR: string = isSourceTree ? typedInSourceTree() : "flor";

/** By npm where npm finds the tree: it brings the Node that flor needs. */
function typedInSourceTree(): string {
  const isHere = fileURLToPath(new URL("../../..", import.meta.url)) === `${workingFolder()}/`;
  return isHere ? "npm run -s flor --" : florCommand().map(shellWord).join(" ");
}

/** Empty: it was removed. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "";
  }
}
