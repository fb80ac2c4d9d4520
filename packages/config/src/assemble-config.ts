import { dirname, resolve } from "node:path";
import { linksOf } from "./check-peers.ts";
import { BUILTIN_LINKS, type BuiltinLinkShape } from "./builtin-links.ts";
import type {
  BuiltinLinkConfig,
  Config,
  InboundConfig,
  LinkConfig,
  MetricsConfig,
  OutboundConfig,
  PeerConfig,
} from "./config.ts";
import type { ConfigShape, InboundShape, LinkShape, MetricsShape, OutboundShape } from "./config-shape.ts";
import type { DraftPeer } from "./draft.ts";
import { type Endpoint, endpointText } from "./endpoint.ts";
import { assembleServices } from "./assemble-services.ts";
import { placesOf } from "./inbound-place.ts";
import type { Secrets } from "./secrets.ts";

/** A file, and what stands there. */
export type ConfigText = Pick<Config, "file" | "text">;

/** Makes the configuration of a file that passed every check; relative paths start where the file is. */
export function assembleConfig(shape: ConfigShape, secrets: Secrets, { file, text }: ConfigText): Config {
  const folder = dirname(file);
  return {
    file,
    text,
    name: shape.name,
    keyFile: resolve(folder, shape.key),
    identity: secrets.identity,
    idleTimeoutMs: shape.idleTimeout * 1000,
    transit: shape.transit,
    inbounds: shape.inbounds.map((inbound, index) => assembleInbound(inbound, secrets.users[index], folder)),
    outbounds: shape.outbounds.flatMap(assembleOutbound),
    links: shape.links.map((link) => assembleLink(link, folder)),
    peers: shape.peers.map((value) => assemblePeer({ path: [], value })),
    networks: shape.networks.map(({ name, id, addresses, state = "." }) => ({
      name,
      ...id,
      addresses,
      recordsFile: resolve(folder, state, `${name}.network`),
      invitesFile: resolve(folder, state, `${name}.invites`),
    })),
    foreign: shape.foreign.map(({ name, id, gateways = [] }) => ({ name, ...id, gateways })),
    crossings: shape.gateway.map(({ from, to, allow, hosts }) => ({ from, to, allow, hosts })),
    routes: shape.routes.flatMap(({ to, through, balance }) =>
      [to].flat().map((pattern) => ({ to: pattern, through: [through].flat(), balance })),
    ),
    northbounds: shape.northbound.map(({ name, socket, group }) => ({
      name,
      socket: socket === undefined ? undefined : resolve(folder, socket),
      group,
    })),
    metrics: shape.metrics && assembleMetrics(shape.metrics, folder),
    services: shape.services === undefined ? undefined : assembleServices(shape.services, folder),
  };
}

function assembleMetrics({ listen, unix, allow }: MetricsShape, folder: string): MetricsConfig {
  // One of the two is there: `check-metrics.ts` has seen to it.
  return { listen: unix === undefined ? listen! : { path: resolve(folder, unix) }, allow };
}

function assembleInbound(
  shape: InboundShape,
  users: ReadonlyMap<string, string> | undefined,
  folder: string,
): InboundConfig {
  const { kind, listen } = placesOf(shape)[0]!;
  const place = "path" in listen ? { path: resolve(folder, listen.path) } : listen;
  return { kind: kind.key, listen: place, users, allow: shape.allow, to: shape.to };
}

function assembleOutbound({ tcp, udp }: OutboundShape): OutboundConfig[] {
  if (tcp !== undefined) return [{ kind: "tcp", allow: tcp.allow, deny: tcp.deny }];
  if (udp === undefined) return [];
  const { allow, deny, idle, twoWayIdle } = udp;
  return [{ kind: "udp", allow, deny, idleSeconds: idle, twoWayIdleSeconds: twoWayIdle }];
}

function assembleLink({ hello, ...link }: LinkShape, folder: string): LinkConfig {
  const assembled = assembleOwnLink(link, folder);
  return hello === undefined ? assembled : { ...assembled, helloMs: hello };
}

function assembleOwnLink(link: LinkShape, folder: string): LinkConfig {
  if (link.kind === "native") return link;
  if (link.kind !== "process") return assembleBuiltinLink(link, folder);
  return { ...link, command: resolveCommand(folder, link.command) };
}

function resolveCommand(folder: string, [program = "", ...args]: readonly string[]): [string, ...string[]] {
  return [resolvePath(folder, program), ...args];
}

/** A word without a slash is looked up in PATH, as in a shell. */
function resolvePath(folder: string, text: string): string {
  return text.includes("/") ? resolve(folder, text) : text;
}

/** Everything but the kind and the name goes to the link, in the words of its own configuration. */
function assembleBuiltinLink({ kind, name, ...shape }: BuiltinLinkShape, folder: string): BuiltinLinkConfig {
  const settings: Record<string, unknown> = {};
  for (const [key, { type, format }] of Object.entries(BUILTIN_LINKS[kind].properties)) {
    const value = shape[key];
    if (value === undefined) continue;
    if (format === "endpoint") settings[key] = endpointText(value as Endpoint);
    else if (format === "path") settings[key] = resolve(folder, value as string);
    else settings[key] = type === "array" ? resolveCommand(folder, value as readonly string[]) : value;
  }
  return { kind, name, settings };
}

function assemblePeer(peer: DraftPeer): PeerConfig {
  const { name, id, via = [], avoid = [], disjoint = false } = peer.value;
  const links = linksOf(peer).map(({ link, address }) => ({ link, address }));
  return { name, id: id.id, publicKey: id.publicKey, links, via, avoid, disjoint };
}
