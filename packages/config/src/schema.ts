/**
 * The shape of the file, and the rules that one value can break alone. What takes two values to break is in
 * `check-names.ts`, `check-peers.ts` and `check-listeners.ts`.
 */
import { parseNodeId, explainNodeId } from "@flor/quic";
import { parseDestinationPattern, type DestinationPattern } from "@flor/route";
import { z } from "zod";
import type {
  ConfigShape,
  InboundShape,
  LinkShape,
  NorthboundShape,
  OutboundShape,
  PeerShape,
  RouteShape,
} from "./config-shape.ts";
import { parseEndpoint, type Endpoint } from "./endpoint.ts";

/** Smallest and largest IP packet that a path may be declared to carry, octets (RFC 791: every host takes 576). */
const MTU_MIN = 576;
const MTU_MAX = 65_535;
/** A stack of eight entries: the delivery label, and one for each hop after the first. */
export const VIA_MAX = 7;
/** Octets of a user name or password at most: RFC 1929 gives their length one octet. */
export const CREDENTIAL_MAX_OCTETS = 255;
const USERS_MAX = 256;
const ITEMS_MAX = 1024;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

const name = z.string().regex(NAME, {
  error: 'is not a name; allowed: 1 to 63 letters, digits, ".", "_", "-", a letter or digit first',
});

const path = z.string().min(1);

const endpoint = z.string().transform((text, context): Endpoint => {
  const parsed = parseEndpoint(text);
  if (parsed !== undefined) return parsed;
  context.addIssue(`${JSON.stringify(text)} is not an IP address and port; write 127.0.0.1:1080 or "[::1]:1080"`);
  return z.NEVER;
});

const pattern = z.string().transform((text, context): DestinationPattern => {
  const parsed = parseDestinationPattern(text);
  if (!("error" in parsed)) return parsed;
  context.addIssue(parsed.error);
  return z.NEVER;
});

const nodeId = z.string().transform((text, context): { id: string; publicKey: Uint8Array } => {
  const publicKey = parseNodeId(text);
  if (publicKey !== undefined) return { id: text, publicKey };
  context.addIssue(`is not a node id: ${explainNodeId(text) ?? "unreadable"}; flor id shows it on the other node`);
  return z.NEVER;
});

/** An object without other keys; an unknown key's issue carries the allowed ones, see `shape-issues.ts`. */
function closed<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const allowed = Object.keys(shape).join(", ");
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? allowed : undefined) });
}

function listOf<Item extends z.ZodType>(item: Item): z.ZodDefault<z.ZodArray<Item>> {
  return z.array(item).max(ITEMS_MAX).default([]);
}

function credential(): z.ZodString {
  return z.string().refine((text) => text !== "" && Buffer.byteLength(text) <= CREDENTIAL_MAX_OCTETS, {
    error: `must have 1 to ${CREDENTIAL_MAX_OCTETS} octets as UTF-8`,
  });
}

const user = closed({ name: credential(), password: credential().optional(), passwordFile: path.optional() });

const inbound: z.ZodType<InboundShape> = closed({
  socks5: endpoint,
  users: z.array(user).min(1).max(USERS_MAX).optional(),
});

const outbound: z.ZodType<OutboundShape> = closed({ tcp: closed({ allow: listOf(pattern), deny: listOf(pattern) }) });

const udpLink = closed({
  kind: z.literal("udp"),
  name,
  listen: endpoint.default({ address: "0.0.0.0", port: 0 }),
  mtu: z.int().min(MTU_MIN).max(MTU_MAX).default(1500),
  segments: z.boolean().default(true),
  gso: z.enum(["auto", "off"]).default("auto"),
});

/** Two names: of a node of this user on this machine, and of one of its northbounds. */
const attachment = z.string().transform((text, context): { node: string; northbound: string } => {
  const [node = "", northbound = "", ...others] = text.split("/");
  if (NAME.test(node) && NAME.test(northbound) && others.length === 0) return { node, northbound };
  context.addIssue(`${JSON.stringify(text)} is not NODE/NORTHBOUND, the two names of a node's northbound`);
  return z.NEVER;
});

const nativeLink = closed({ kind: z.literal("native"), name, attach: attachment });

const processLink = closed({
  kind: z.literal("process"),
  name,
  command: z.array(z.string().min(1)).min(1),
  config: z.record(z.string(), z.json()).default({}),
  env: z.record(z.string(), z.string()).default({}),
});

const link: z.ZodType<LinkShape> = z.discriminatedUnion("kind", [udpLink, nativeLink, processLink]);

const peerLink = closed({ link: name, address: z.string().min(1).optional() });

const peer: z.ZodType<PeerShape> = closed({
  name,
  id: nodeId,
  link: name.optional(),
  address: z.string().min(1).optional(),
  links: z.array(peerLink).min(1).max(8).optional(),
  via: z.array(name).min(1).max(VIA_MAX).optional(),
});

const northbound: z.ZodType<NorthboundShape> = closed({ name });

const route: z.ZodType<RouteShape> = closed({ to: pattern, through: name });

/** The whole file. */
export const configSchema: z.ZodType<ConfigShape> = closed({
  name,
  key: path,
  inbounds: listOf(inbound),
  outbounds: listOf(outbound),
  links: listOf(link),
  peers: listOf(peer),
  routes: listOf(route),
  northbound: listOf(northbound),
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
