import type { ReloadReport } from "@flor/runtime/control";

/** The longest word of a plan. */
const EFFECT_WIDTH = "restarts the node".length;

/** What a reload changes, one change a line. */
export function planLines({ changes }: Pick<ReloadReport, "changes">): readonly string[] {
  return changes.map(({ text, effect }) => `${effect.padEnd(EFFECT_WIDTH)}  ${text}`);
}

/** The keys of a file that wait for a start of the node, as a reader says them; `undefined`: there are none. */
export function keysThatWait({ changes }: Pick<ReloadReport, "changes">): string | undefined {
  const waiting = changes.filter(({ effect }) => effect === "restarts the node");
  return waiting.length === 0 ? undefined : waiting.map(({ key }) => key).join(" and ");
}
