/** What a new configuration changes of a running one, in words. */
import { isDeepStrictEqual } from "node:util";
import { type Config, type Effect, effectOf, type InboundConfig } from "@flor/config";
import { UDP_INBOUND } from "@flor/inbounds";
import { peerChanges } from "@flor/node";

/** One change. */
export interface ReloadChange {
  /** The key of the file: `peers`. */
  readonly key: string;
  /** The key of the file, and what becomes of it. */
  readonly text: string;
  readonly effect: Effect;
}

/** Keys of a configuration that are compared, by their name in the file. */
const FILE_KEYS: Readonly<Record<Exclude<keyof Config, "file" | "text" | "keyFile">, string>> = {
  name: "name",
  identity: "key",
  idleTimeoutMs: "idleTimeout",
  transit: "transit",
  inbounds: "inbounds",
  outbounds: "outbounds",
  links: "links",
  peers: "peers",
  networks: "networks",
  foreign: "foreign",
  crossings: "gateway",
  routes: "routes",
  northbounds: "northbound",
  metrics: "metrics",
  services: "services",
};

/** Keys whose items are told one by one. */
const ITEMS: Readonly<Partial<Record<keyof Config, (from: Config, to: Config) => readonly ReloadChange[]>>> = {
  inbounds: inboundChanges,
  links: linkChanges,
  peers: peerItems,
  networks: networkChanges,
  northbounds: northboundChanges,
};

/** What happens, in words, where it is worth more than one. */
const WORDS: Readonly<Partial<Record<keyof Config, string | ((to: Config) => string)>>> = {
  name: "its sockets and its folder carry the name",
  identity: "another key is another node: every session ends, and its peers must list the new id",
  idleTimeoutMs: "for sessions from now on; open ones stay as they are",
  transit: ({ transit }) =>
    transit
      ? "others may send frames through this node from now on"
      : "others are told to send nothing through this node; what comes is carried for 15 s more",
  outbounds: "new rules for what is let out from now on; open connections stay",
  foreign: "hosts of networks that are not listed any more are out, with their flows, at both ends",
  crossings: "ways that no rule allows any more end at once",
  routes: "for flows from now on; open flows stay",
  metrics: "read elsewhere, or by others, from now on",
  services: "for flows from now on; open flows stay, and what was published at run time",
};

/** All changes, in the order of the file. */
export function reloadPlan(from: Config, to: Config): readonly ReloadChange[] {
  return (Object.keys(FILE_KEYS) as (keyof typeof FILE_KEYS)[]).flatMap((key) => {
    if (isSame(key, from, to)) return [];
    const words = WORDS[key] ?? "changed";
    return ITEMS[key]?.(from, to) ?? [changeOf(FILE_KEYS[key], typeof words === "string" ? words : words(to))];
  });
}

/** @param effect other than the key's own */
function changeOf(place: string, text: string, effect: Effect = effectOf(place) ?? "restarts the node"): ReloadChange {
  const [key = ""] = place.split(".", 1);
  return { key, text: `${key}: ${text}`, effect };
}

function isSame(key: keyof Config, from: Config, to: Config): boolean {
  if (key === "identity") return from.identity.id === to.identity.id;
  return isDeepStrictEqual(from[key], to[key]);
}

function peerItems(from: Config, to: Config): readonly ReloadChange[] {
  const { added, changed, removed } = peerChanges(from.peers, to.peers);
  return [
    ...added.map(({ name }) => changeOf("peers", `${name}: added, and let in from now on`)),
    ...changed.map(({ after: { name } }) => changeOf("peers", `${name}: changed; its flows stay`)),
    ...removed.map(({ name }) => changeOf("peers", `${name}: removed; its sessions and flows end, at both ends`)),
  ];
}

/** Networks by their root keys: another name, or another place for its files, makes no other network. */
function networkChanges(from: Config, to: Config): readonly ReloadChange[] {
  const before = new Map(from.networks.map((network) => [network.id, network]));
  const wanted = new Set(to.networks.map(({ id }) => id));
  const changes = to.networks.flatMap((network): readonly ReloadChange[] => {
    const { name, id, recordsFile } = network;
    const old = before.get(id);
    if (old === undefined) return [changeOf("networks", `${name}: its members are let in from now on`)];
    if (isDeepStrictEqual(old, network)) return [];
    if (old.name !== name) return [changeOf("networks", `${old.name}: called ${name} from now on`)];
    if (old.recordsFile !== recordsFile)
      return [changeOf("networks", `${name}: what is known of it is kept in ${recordsFile} from now on`)];
    return [changeOf("networks", `${name}: other addresses, for invites from now on`)];
  });
  const left = from.networks.filter(({ id }) => !wanted.has(id));
  return [
    ...changes,
    ...left.map(({ name }) =>
      changeOf("networks", `${name}: left; sessions and flows with those who are peers by it alone end, at both ends`),
    ),
  ];
}

function linkChanges(from: Config, to: Config): readonly ReloadChange[] {
  const { added, changed, removed } = byName(from.links, to.links);
  return [
    ...added.map(({ name }) => changeOf("links", `${name}: started`, "live")),
    ...changed.map(({ name }) => changeOf("links", `${name}: its process restarts; flows move, or wait for it`)),
    ...removed.map(({ name }) => changeOf("links", `${name}: ended; flows move to other links`)),
  ];
}

function northboundChanges(from: Config, to: Config): readonly ReloadChange[] {
  const { added, changed, removed } = byName(from.northbounds, to.northbounds);
  return [
    ...added.map(({ name }) => changeOf("northbound", `${name}: served`)),
    ...changed.map(({ name, socket }) =>
      from.northbounds.find((other) => other.name === name)?.socket === socket
        ? changeOf("northbound.group", `${name}: open to another group; attached nodes stay`)
        : changeOf("northbound.socket", `${name}: served on another socket; the node above attaches again`),
    ),
    ...removed.map(({ name }) => changeOf("northbound", `${name}: no longer served; the node above loses this link`)),
  ];
}

/** How two lists differ whose items have names. */
function byName<Item extends { readonly name: string }>(from: readonly Item[], to: readonly Item[]) {
  const before = new Map(from.map((item) => [item.name, item]));
  const names = new Set(to.map(({ name }) => name));
  return {
    added: to.filter(({ name }) => !before.has(name)),
    changed: to.filter((item) => before.has(item.name) && !isDeepStrictEqual(before.get(item.name), item)),
    removed: from.filter(({ name }) => !names.has(name)),
  };
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
export function inboundPlace({ kind, listen }: InboundConfig): string {
  if ("path" in listen) return listen.path;
  const place = `${listen.address} port ${listen.port}`;
  return kind === UDP_INBOUND ? `${place}, UDP` : place;
}

function inboundChanges(from: Config, to: Config): readonly ReloadChange[] {
  const { pairs, removed } = matchInbounds(from.inbounds, to.inbounds, inboundPlace);
  const changed = pairs.flatMap(([before, after]) => {
    const where = `${after.kind} on ${inboundPlace(after)}`;
    if (before === undefined) return [changeOf("inbounds", `${where}: opened`)];
    if (isDeepStrictEqual(before, after)) return [];
    return [changeOf("inbounds", `${where}: changed for clients from now on; others stay`)];
  });
  const closed = removed.map((one) =>
    changeOf("inbounds", `${one.kind} on ${inboundPlace(one)}: closed; its clients stay`),
  );
  return [...changed, ...closed];
}
