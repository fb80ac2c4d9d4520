import type { Draft, DraftPeer } from "./draft.ts";
import type { ReportIssue } from "./config-issue.ts";
import { linksOf } from "./check-peers.ts";

/** `HOST:PORT` as the links themselves split it, where port 0 leads nowhere. */
const HOST_AND_PORT = /^(?:\[[^\]\s]+\]|[^:[\]\s]+):0*([1-9]\d{0,4})$/;
const PORT_MAX = 65_535;

interface Syntax {
  readonly isAddress: (text: string) => boolean;
  readonly example: string;
}

const hostAndPort: Syntax = { isAddress: isHostAndPort, example: '"203.0.113.7:4600" or "[2001:db8::7]:4600"' };

/** The kinds of links whose addresses can be judged without asking the link's program. */
const SYNTAXES: Readonly<Record<string, Syntax>> = {
  udp: hostAndPort,
  tcp: hostAndPort,
  webtransport: { isAddress: isHttpsUrl, example: '"https://cloud.example:443/flor"' },
};

/** Addresses of peers that no link of the kind can make sense of: at run time such a peer is only unreachable. */
export function checkAddresses(draft: Draft, report: ReportIssue): void {
  const kinds = new Map(draft.links.map(({ value }) => [value.name, value.kind]));
  for (const peer of draft.peers) checkPeer(peer, kinds, report);
}

function checkPeer(peer: DraftPeer, kinds: ReadonlyMap<string, string>, report: ReportIssue): void {
  for (const { path, link, address } of linksOf(peer)) {
    const kind = kinds.get(link);
    const syntax = kind === undefined ? undefined : SYNTAXES[kind];
    if (address === undefined || syntax === undefined || syntax.isAddress(address)) continue;
    const place = [...path.slice(0, -1), "address"];
    report(place, `${JSON.stringify(address)} is not an address on a ${kind!} link; write ${syntax.example}`);
  }
}

function isHostAndPort(text: string): boolean {
  const port = HOST_AND_PORT.exec(text)?.[1];
  return port !== undefined && Number(port) <= PORT_MAX;
}

function isHttpsUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === "https:";
}
