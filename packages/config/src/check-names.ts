import { didYouMean } from "./closest.ts";
import type { ReportIssue } from "./config-issue.ts";
import type { Draft, PlacedName } from "./draft.ts";

/** Names that are given twice, and names that nothing bears. */
export function checkNames(draft: Draft, report: ReportIssue): void {
  checkUnique(draft.linkNames, "link", report);
  checkUnique(draft.peerNames, "peer", report);
  checkUnique(draft.northboundNames, "northbound", report);
  const peers = draft.peerNames.map(({ value }) => value);
  for (const { path, value } of draft.routes) {
    if (!peers.includes(value.through)) report([...path, "through"], unknownName(value.through, "peer", peers));
  }
}

/** `"hmoe" is not a peer; did you mean "home"? known: home, vm`. */
export function unknownName(name: string, what: string, known: readonly string[]): string {
  const list = known.length === 0 ? `no ${what} is listed` : `known: ${[...new Set(known)].join(", ")}`;
  return `${JSON.stringify(name)} is not a ${what};${didYouMean(name, known)} ${list}`;
}

function checkUnique(names: readonly PlacedName[], what: string, report: ReportIssue): void {
  const seen = new Set<string>();
  for (const { path, value } of names) {
    if (seen.has(value)) report(path, `${JSON.stringify(value)} is the name of another ${what}; give each its own`);
    seen.add(value);
  }
}
