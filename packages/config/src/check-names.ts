import { didYouMean } from "./closest.ts";
import type { ConfigPath, ReportIssue } from "./config-issue.ts";
import type { Draft, PlacedName } from "./draft.ts";

/** Names that are given twice, and names that nothing bears. */
export function checkNames(draft: Draft, report: ReportIssue): void {
  checkUnique(draft.linkNames, "link", report);
  checkUnique(draft.peerNames, "peer", report);
  checkUnique(draft.northboundNames, "northbound", report);
  checkUnique(draft.networkNames, "network", report);
  checkIds(draft.networkIds, report);
  const peers = draft.peerNames.map(({ value }) => value);
  for (const { path, value } of draft.routes) {
    const seen = new Set<string>();
    for (const { path: at, value: through } of throughOf(path, value.through)) {
      // Members are not known before the node runs.
      const isKnown = peers.includes(through) || draft.networkNames.length > 0;
      if (!isKnown) report(at, unknownName(through, "peer", peers));
      else if (seen.has(through)) report(at, `${JSON.stringify(through)} is listed twice for this route`);
      seen.add(through);
    }
  }
}

/** The peers of a route, one or a list, each with its place in the file. */
function throughOf(path: ConfigPath, through: string | readonly string[]): readonly PlacedName[] {
  const place = [...path, "through"];
  if (typeof through === "string") return [{ path: place, value: through }];
  return through.map((value, index) => ({ path: [...place, index], value }));
}

/** `"hmoe" is not a peer; did you mean "home"? known: home, vm`. */
export function unknownName(name: string, what: string, known: readonly string[]): string {
  const list = known.length === 0 ? `no ${what} is listed` : `known: ${[...new Set(known)].join(", ")}`;
  return `${JSON.stringify(name)} is not a ${what};${didYouMean(name, known)} ${list}`;
}

/** A network by two names would have two files, and its members two names each. */
function checkIds(ids: readonly PlacedName[], report: ReportIssue): void {
  const seen = new Set<string>();
  for (const { path, value } of ids) {
    if (seen.has(value)) report(path, "is the id of another network of this file: list each once");
    seen.add(value);
  }
}

function checkUnique(names: readonly PlacedName[], what: string, report: ReportIssue): void {
  const seen = new Set<string>();
  for (const { path, value } of names) {
    if (seen.has(value)) report(path, `${JSON.stringify(value)} is the name of another ${what}; give each its own`);
    seen.add(value);
  }
}
