import { resolve } from "node:path";
import { linksOf } from "./check-peers.ts";
import type { Config, InboundConfig, LinkConfig, PeerConfig } from "./config.ts";
import type { ConfigShape, InboundShape, LinkShape } from "./config-shape.ts";
import type { DraftPeer } from "./draft.ts";
import { endpointText } from "./endpoint.ts";
import type { Secrets } from "./secrets.ts";

/** Makes the configuration of a file that passed every check; relative paths start at `folder`. */
export function assembleConfig(shape: ConfigShape, secrets: Secrets, file: string, folder: string): Config {
  return {
    file,
    name: shape.name,
    keyFile: resolve(folder, shape.key),
    identity: secrets.identity,
    inbounds: shape.inbounds.map((inbound, index) => assembleInbound(inbound, secrets.users[index])),
    outbounds: shape.outbounds.map(({ tcp }) => ({ kind: "tcp", allow: tcp.allow, deny: tcp.deny })),
    links: shape.links.map((link) => assembleLink(link, folder)),
    peers: shape.peers.map((value) => assemblePeer({ path: [], value })),
    routes: shape.routes,
    northbounds: shape.northbound,
  };
}

function assembleInbound({ socks5 }: InboundShape, users: ReadonlyMap<string, string> | undefined): InboundConfig {
  return { kind: "socks5", address: socks5.address, port: socks5.port, users };
}

function assembleLink(link: LinkShape, folder: string): LinkConfig {
  if (link.kind === "udp") return { ...link, listen: endpointText(link.listen) };
  if (link.kind === "native") return link;
  const [program = "", ...args] = link.command;
  return { ...link, command: [resolvePath(folder, program), ...args] };
}

/** A word without a slash is looked up in PATH, as in a shell. */
function resolvePath(folder: string, text: string): string {
  return text.includes("/") ? resolve(folder, text) : text;
}

function assemblePeer(peer: DraftPeer): PeerConfig {
  const { name, id, via } = peer.value;
  const links = linksOf(peer).map(({ link, address }) => ({ link, address }));
  return { name, id: id.id, publicKey: id.publicKey, links, via: via ?? [] };
}
