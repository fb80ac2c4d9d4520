import { didYouMean } from "./closest.ts";
import type { ConfigPath, ReportIssue } from "./config-issue.ts";
import type { Draft, PlacedName } from "./draft.ts";

/** Names that are given twice, and names that nothing has. */
export function checkNames(draft: Draft, report: ReportIssue): void {
  checkUnique(draft.linkNames, nameTaken("link"), report);
  checkUnique(draft.peerNames, nameTaken("peer"), report);
  checkUnique(draft.northboundNames, nameTaken("northbound"), report);
  // A network's name must be unique, own or foreign: names of hosts end in it.
  checkUnique([...draft.networkNames, ...draft.foreignNames], nameTaken("network"), report);
  // A network with two names would have two files, and its members two names each.
  checkUnique(
    [...draft.networkIds, ...draft.foreignIds],
    () => "is the id of another network of this file: list each once",
    report,
  );
  checkForeign(draft, report);
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

/** Networks of others, by their names: in rules of a gateway, and behind the dot of what looks like a host of theirs. */
function checkForeign(draft: Draft, report: ReportIssue): void {
  const known = [...draft.networkNames, ...draft.foreignNames].map(({ value }) => value);
  for (const { path, value } of draft.crossingEnds)
    if (!known.includes(value)) report(path, unknownName(value, "network", known));
  if (draft.networkNames.length === 0)
    for (const { path } of draft.foreignNames)
      report(path, "needs networks: hosts of other networks take members of a network only");
  const foreign = new Set(draft.foreignNames.map(({ value }) => value));
  for (const { path, value } of draft.peerNames) {
    const network = value.slice(value.lastIndexOf(".") + 1);
    if (value.includes(".") && foreign.has(network))
      report(
        path,
        `${JSON.stringify(value)} is the name of a host of ${network}, under foreign: call the peer something else`,
      );
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
