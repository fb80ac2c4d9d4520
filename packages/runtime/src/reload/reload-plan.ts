/** What a new configuration changes of a running one, in words. */
import { isDeepStrictEqual } from "node:util";
import type { Config, InboundConfig } from "@flor/config";
import { peerChanges } from "@flor/node";

/** What a change costs: nothing that runs, or a start of the node. */
export type ReloadEffect = "live" | "restart";

/** One change. */
export interface ReloadChange {
  /** The key of the file, and what becomes of it. */
  readonly text: string;
  readonly effect: ReloadEffect;
}

/** What each key costs. A key that is added to `Config` must be declared here. */
const EFFECTS: Readonly<Record<keyof Config, ReloadEffect | "none">> = {
  // Where it was read from says nothing by itself.
  file: "none",
  keyFile: "none",
  name: "restart",
  identity: "restart",
  links: "restart",
  peers: "live",
  northbounds: "restart",
  inbounds: "live",
  outbounds: "live",
  routes: "live",
};

/** Words for keys whose name in the file is another, and for what happens to those that change at once. */
const WORDS: Readonly<Partial<Record<keyof Config, string>>> = {
  identity: "key: another key, another node",
  northbounds: "northbound: changed",
  outbounds: "outbounds: new rules for what is let out from now on; open connections stay",
  routes: "routes: for flows from now on; open flows stay",
};

/** All changes, in the order of the file. */
export function reloadPlan(from: Config, to: Config): readonly ReloadChange[] {
  return (Object.keys(EFFECTS) as (keyof Config)[]).flatMap((key) => {
    const effect = EFFECTS[key];
    if (effect === "none" || isSame(key, from, to)) return [];
    if (key === "peers") return peerTexts(from.peers, to.peers).map((text) => ({ text, effect }));
    if (key === "inbounds") return inboundChanges(from.inbounds, to.inbounds).map((text) => ({ text, effect }));
    return [{ text: WORDS[key] ?? `${key}: changed`, effect }];
  });
}

function isSame(key: keyof Config, from: Config, to: Config): boolean {
  if (key === "identity") return from.identity.id === to.identity.id;
  return isDeepStrictEqual(from[key], to[key]);
}

function peerTexts(from: Config["peers"], to: Config["peers"]): readonly string[] {
  const { added, changed, removed } = peerChanges(from, to);
  return [
    ...added.map(({ name }) => `peers: ${name}: added, and let in from now on`),
    ...changed.map(({ after: { name } }) => `peers: ${name}: changed; its flows stay`),
    ...removed.map(({ name }) => `peers: ${name}: removed; its sessions and flows end, at both ends`),
  ];
}

/** Inbounds by where they listen: the same place is the same inbound. */
export function matchInbounds<Inbound>(
  running: readonly Inbound[],
  wanted: readonly InboundConfig[],
  placeOf: (inbound: Inbound) => string,
): {
  readonly pairs: readonly (readonly [Inbound | undefined, InboundConfig])[];
  readonly removed: readonly Inbound[];
} {
  const left = [...running];
  const pairs = wanted.map((config) => {
    const at = left.findIndex((one) => placeOf(one) === inboundPlace(config));
    return [at < 0 ? undefined : left.splice(at, 1)[0], config] as const;
  });
  return { pairs, removed: left };
}

/** Where an inbound listens, as text. */
export function inboundPlace({ listen }: InboundConfig): string {
  return "path" in listen ? listen.path : `${listen.address} port ${listen.port}`;
}

function inboundChanges(from: readonly InboundConfig[], to: readonly InboundConfig[]): readonly string[] {
  const { pairs, removed } = matchInbounds(from, to, inboundPlace);
  const changed = pairs.flatMap(([before, after]) => {
    const where = `inbounds: ${after.kind} on ${inboundPlace(after)}`;
    if (before === undefined) return [`${where}: opened`];
    return isDeepStrictEqual(before, after) ? [] : [`${where}: changed for clients from now on; others stay`];
  });
  const closed = removed.map((one) => `inbounds: ${one.kind} on ${inboundPlace(one)}: closed; its clients stay`);
  return [...changed, ...closed];
}
