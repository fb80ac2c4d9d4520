import type { Style } from "../terminal.ts";

const GOOD = new Set(["up", "ready", "alive"]);
const BAD = new Set(["unreachable", "failed", "stopped", "silent", "down"]);

/** A state in its colour: green when it carries, red when it does not, yellow on the way. */
export function stateText(state: string, style: Style): string {
  if (GOOD.has(state)) return style.green(state);
  return BAD.has(state) ? style.red(state) : style.yellow(state);
}
