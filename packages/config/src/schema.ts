/**
 * The shape of the file, and the rules that one value can break alone. What takes two values to break is in
 * `check-names.ts`, `check-peers.ts`, `check-addresses.ts` and `check-listeners.ts`.
 */
import { parseNodeId, explainNodeId } from "@flor/quic";
import { INBOUND_KINDS } from "@flor/inbounds";
import { type EgressRule, parseAddressPrefix, parseDestinationPattern, parseWhoPattern } from "@flor/route";
import {
  INVITE_ADDRESSES_MAX,
  type InviteAddress,
  isMemberName,
  NETWORKS_MAX,
  parseInviteAddress,
  parseNetworkId,
} from "@flor/membership";
import { z } from "zod";
import type {
  ConfigShape,
  CrossingShape,
  ForeignShape,
  InboundShape,
  LinkShape,
  MetricsShape,
  NativeLinkShape,
  NetworkShape,
  NorthboundShape,
  OutboundShape,
  PeerShape,
  RouteShape,
} from "./config-shape.ts";
import { VIA_ANY } from "./config-shape.ts";
import { builtinLinks } from "./builtin-links.ts";
import { servicesSchema } from "./services-schema.ts";
import { NAME } from "./node-name.ts";
import { closed, credential, endpoint, hello, hostAndPort, name, parsed, path } from "./schema-fields.ts";

/** A stack of eight entries: the delivery label, and one for each hop after the first. */
export const VIA_MAX = 15;
/** How long the flows of a silent peer are kept, seconds: two hours, as TCP does with keep-alive; at most a week. */
const IDLE_TIMEOUT = 7200;
const IDLE_TIMEOUT_MIN = 30;
const IDLE_TIMEOUT_MAX = 604_800;
/** Peers that one route may name, to be tried one after another. */
const CANDIDATES_MAX = 8;
/** How long a UDP flow may be without use, seconds. */
const UDP_IDLE_MIN_SECONDS = 10;
const UDP_IDLE_MAX_SECONDS = 86_400;
/** RFC 4787, REQ-5: no mapping ends before two minutes without use; five are recommended. */
const FLOW_IDLE_SECONDS = 120;
/** … when something came back. */
const FLOW_TWO_WAY_IDLE_SECONDS = 300;
const USERS_MAX = 256;
const ITEMS_MAX = 1024;

const pattern = parsed(parseDestinationPattern);

const who = parsed(parseWhoPattern);

const nodeId = z.string().transform((text, context): { id: string; publicKey: Uint8Array } => {
  const publicKey = parseNodeId(text);
  if (publicKey !== undefined) return { id: text, publicKey };
  context.addIssue(`is not a node id: ${explainNodeId(text) ?? "unreadable"}; flor id shows it on the other node`);
  return z.NEVER;
});

function listOf<Item extends z.ZodType>(item: Item): z.ZodDefault<z.ZodArray<Item>> {
  return z.array(item).max(ITEMS_MAX).default([]);
}

const user = closed({ name: credential(), password: credential().optional(), passwordFile: path.optional() });

const range = parsed(parseAddressPrefix);

const target = hostAndPort('db.example:5432 or "[2001:db8::7]:5432"');

const inbound: z.ZodType<InboundShape> = closed({
  ...Object.fromEntries(INBOUND_KINDS.map(({ key }) => [key, endpoint.optional()])),
  unix: path.optional(),
  to: target.optional(),
  users: z.array(user).min(1).max(USERS_MAX).optional(),
  allow: z.array(range).min(1).max(ITEMS_MAX).optional(),
});

/** A destination for everybody, or destinations for some. */
const rule = z.union(
  [
    pattern.transform((to): readonly EgressRule[] => [to]),
    closed({ from: z.array(who).min(1).max(ITEMS_MAX), to: z.array(pattern).min(1).max(ITEMS_MAX) }).transform(
      ({ from, to }): readonly EgressRule[] => to.map((one) => ({ ...one, from })),
    ),
  ],
  { error: ruleMessage },
);
const egressRules = listOf(rule).transform((lists): readonly EgressRule[] => lists.flat());

const rules = { allow: egressRules, deny: egressRules };
const idleSeconds = z.int().min(UDP_IDLE_MIN_SECONDS).max(UDP_IDLE_MAX_SECONDS);

const outbound: z.ZodType<OutboundShape> = closed({
  tcp: closed(rules).optional(),
  udp: closed({
    ...rules,
    idle: idleSeconds.default(FLOW_IDLE_SECONDS),
    twoWayIdle: idleSeconds.default(FLOW_TWO_WAY_IDLE_SECONDS),
  }).optional(),
}).refine(({ tcp, udp }) => (tcp === undefined) !== (udp === undefined), {
  error: "needs exactly one of tcp and udp, with what it lets out",
});

/** Two names, of a node of this user on this machine and of one of its northbounds; or where a northbound's socket is. */
const attachment = z.string().transform((text, context): NativeLinkShape["attach"] => {
  if (text.startsWith("/")) return { socket: text };
  const [node = "", northbound = "", ...others] = text.split("/");
  if (NAME.test(node) && NAME.test(northbound) && others.length === 0) return { node, northbound };
  context.addIssue(
    `${JSON.stringify(text)} is neither NODE/NORTHBOUND, the names of a node and its northbound, nor the absolute path of its socket`,
  );
  return z.NEVER;
});

const nativeLink = closed({ kind: z.literal("native"), name, hello, attach: attachment });

const processLink = closed({
  kind: z.literal("process"),
  name,
  hello,
  command: z.array(z.string().min(1)).min(1),
  config: z.record(z.string(), z.json()).default({}),
  env: z.record(z.string(), z.string()).default({}),
});

const link: z.ZodType<LinkShape> = z.discriminatedUnion("kind", [...builtinLinks, nativeLink, processLink]);

const peerLink = closed({ link: name, address: z.string().min(1).optional() });

const peer: z.ZodType<PeerShape> = closed({
  name,
  id: nodeId,
  link: name.optional(),
  address: z.string().min(1).optional(),
  links: z.array(peerLink).min(1).max(8).optional(),
  via: z
    .array(z.union([name, z.literal(VIA_ANY)], { error: `is neither the name of a peer nor "${VIA_ANY}"` }))
    .min(1)
    .max(VIA_MAX)
    .optional(),
  avoid: z.array(name).min(1).max(VIA_MAX).optional(),
  disjoint: z.boolean().optional(),
});

const networkId = z.string().transform((text, context): { id: string; root: Uint8Array } => {
  const root = parseNetworkId(text);
  if (root !== undefined) return { id: text, root };
  context.addIssue('is not a network\'s id, which begins with "flornet1": copy all of it, or join with an invite');
  return z.NEVER;
});

const inviteAddress = z.string().transform((text, context): InviteAddress => {
  const address = parseInviteAddress(text);
  if (!("problem" in address)) return address;
  context.addIssue(address.problem);
  return z.NEVER;
});

const networkName = z
  .string()
  .refine(isMemberName, { error: 'is not a valid network name; allowed: a to z, digits, "-", 63 at most' });

const network: z.ZodType<NetworkShape> = closed({
  name: networkName,
  id: networkId,
  state: path.optional(),
  addresses: z.array(inviteAddress).min(1).max(INVITE_ADDRESSES_MAX).optional(),
});

const foreign: z.ZodType<ForeignShape> = closed({
  name: networkName,
  id: networkId,
  gateways: z.array(name).min(1).max(CANDIDATES_MAX).optional(),
});

/** A gateway sees members, and neither their users nor whom they reach. */
const crossingWho = who.refine(
  (pattern) =>
    pattern.kind === "anybody" || pattern.kind === "role" || (pattern.kind === "who" && pattern.user === undefined),
  { error: 'is nobody whom a gateway can tell; allowed: "*", role:NAME, or the name of a member there' },
);

const crossing: z.ZodType<CrossingShape> = closed({
  from: networkName,
  to: networkName,
  allow: z.array(crossingWho).min(1).max(ITEMS_MAX).optional(),
  hosts: z.array(networkName).min(1).max(ITEMS_MAX).optional(),
});

const northbound: z.ZodType<NorthboundShape> = closed({ name, socket: path.optional(), group: name.optional() }).refine(
  ({ socket, group }) => group === undefined || socket !== undefined,
  { path: ["group"], error: "needs a socket, in a folder that the group can enter" },
);

const route: z.ZodType<RouteShape> = closed({
  to: z.union([pattern, z.array(pattern).min(1).max(ITEMS_MAX)], { error: toMessage }),
  through: z.union([name, z.array(name).min(1).max(CANDIDATES_MAX)], {
    error: `is neither the name of a peer nor a list of 1 to ${CANDIDATES_MAX} names`,
  }),
  balance: z.enum(["order", "maglev", "latency"]).default("order"),
});

/** An address alone stands for a block with nothing but `listen`. */
export const metricsSchema: z.ZodType<MetricsShape> = z.preprocess(
  (value) => (typeof value === "string" ? { listen: value } : value),
  closed({
    listen: endpoint.optional(),
    unix: path.optional(),
    allow: z.array(range).min(1).max(ITEMS_MAX).optional(),
  }),
);

/** What is wrong with a rule: with which of its destinations, when that is it. */
function ruleMessage({ input }: { readonly input?: unknown }): string {
  const to = typeof input === "object" && input !== null && "to" in input ? input.to : input;
  return wrongDestination(to) ?? 'is neither a destination nor { from: ["role:dev"], to: ["10.0.0.0/8:22"] }';
}

/** What is wrong with the `to` of a route: with which of its destinations, when it is a list. */
function toMessage({ input }: { readonly input?: unknown }): string {
  if (input === undefined) return "is missing; a destination is expected";
  const shape = `is neither a destination, as "*.corp.example:443", nor a list of 1 to ${ITEMS_MAX} of them`;
  return wrongDestination(input) ?? shape;
}

/** What is wrong with the first text that is no destination, of one or of a list; `undefined`: there is none. */
function wrongDestination(input: unknown): string | undefined {
  const texts = [input].flat().filter((one) => typeof one === "string");
  return texts.map((text) => parseDestinationPattern(text)).find((read) => "error" in read)?.error;
}

/** The whole file. */
export const configSchema: z.ZodType<ConfigShape> = closed({
  name,
  key: path,
  idleTimeout: z.int().min(IDLE_TIMEOUT_MIN).max(IDLE_TIMEOUT_MAX).default(IDLE_TIMEOUT),
  transit: z.boolean().default(true),
  inbounds: listOf(inbound),
  outbounds: listOf(outbound),
  links: listOf(link),
  peers: listOf(peer),
  networks: z.array(network).max(NETWORKS_MAX).default([]),
  foreign: z.array(foreign).max(ITEMS_MAX).default([]),
  gateway: z.array(crossing).max(ITEMS_MAX).default([]),
  routes: listOf(route),
  northbound: listOf(northbound),
  metrics: metricsSchema.optional(),
  services: servicesSchema.optional(),
});

/** Schemas of the lists' items, by the list's key. */
export const itemSchemas: ItemSchemas = {
  inbounds: inbound,
  outbounds: outbound,
  links: link,
  peers: peer,
  routes: route,
};

interface ItemSchemas {
  readonly inbounds: z.ZodType<InboundShape>;
  readonly outbounds: z.ZodType<OutboundShape>;
  readonly links: z.ZodType<LinkShape>;
  readonly peers: z.ZodType<PeerShape>;
  readonly routes: z.ZodType<RouteShape>;
}
