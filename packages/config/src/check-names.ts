import { didYouMean } from "./closest.ts";
import type { ConfigPath, ReportIssue } from "./config-issue.ts";
import type { Draft, PlacedName } from "./draft.ts";

/** Names that are given twice, and names that nothing bears. */
export function checkNames(draft: Draft, report: ReportIssue): void {
  checkUnique(draft.linkNames, nameTaken("link"), report);
  checkUnique(draft.peerNames, nameTaken("peer"), report);
  checkUnique(draft.northboundNames, nameTaken("northbound"), report);
  checkUnique(draft.networkNames, nameTaken("network"), report);
  // A network with two names would have two files, and its members two names each.
  checkUnique(draft.networkIds, () => "is the id of another network of this file: list each once", report);
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

function nameTaken(what: string): (name: string) => string {
  return (name) => `${JSON.stringify(name)} is the name of another ${what}; give each its own`;
}

/** @param text what is said of a value that is there already */
function checkUnique(values: readonly PlacedName[], text: (value: string) => string, report: ReportIssue): void {
  const seen = new Set<string>();
  for (const { path, value } of values) {
    if (seen.has(value)) report(path, text(value));
    seen.add(value);
  }
}
