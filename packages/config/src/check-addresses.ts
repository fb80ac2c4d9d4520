import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { Draft, DraftPeer } from "./draft.ts";
import type { ReportIssue } from "./config-issue.ts";
import { linksOf } from "./check-peers.ts";

/** How a shell, a template or a container's manifest writes what another program is to put there. */
const PLACEHOLDER = /\$\{|\$\(|\$[A-Za-z_]|\{\{/;
const NOT_ASCII = /\P{ASCII}/u;
const HOST_NAME =
  /^(?=.{1,253}\.?$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?$/;
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/i;

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
    if (address === undefined || syntax === undefined) continue;
    const place = [...path.slice(0, -1), "address"];
    const fault = faultOf(address, kind!, syntax);
    if (fault !== undefined) report(place, `${JSON.stringify(address)} ${fault}; write ${exampleFor(address, syntax)}`);
  }
}

/** What is wrong with an address; `undefined`: nothing that can be seen here. */
function faultOf(address: string, kind: string, syntax: Syntax): string | undefined {
  if (PLACEHOLDER.test(address)) return "contains a variable that is not replaced here: only ${NAME} is";
  if (!syntax.isAddress(address)) return `is not an address on a ${kind} link`;
  if (NOT_ASCII.test(address)) return "is not ASCII";
  const [, bracketed, name] = /^(?:\[([^\]]+)\]|([^:[\]/]+)):\d+$/.exec(address) ?? [];
  if (bracketed !== undefined && LINK_LOCAL.test(bracketed) && !bracketed.includes("%"))
    return "is a link-local address without its interface";
  if (bracketed !== undefined && isIP(bracketed) !== 6) return "is not an IPv6 address in brackets";
  if (name !== undefined && isIP(name) === 0 && !HOST_NAME.test(name)) return "names no host";
  return undefined;
}

/** What to write instead: nearly the same where that can be told. */
function exampleFor(address: string, { example }: Syntax): string {
  const [, host = "", port = ""] = /^([^:[\]/]+):(\d+)$/.exec(address) ?? [];
  const ascii = NOT_ASCII.test(host) ? domainToASCII(host) : "";
  if (ascii !== "") return JSON.stringify(`${ascii}:${port}`);
  const linkLocal = /^\[(fe[89ab][^%\]]*)\](:\d+)$/i.exec(address);
  return linkLocal === null ? example : JSON.stringify(`[${linkLocal[1]}%eth0]${linkLocal[2]}`);
}

function isHostAndPort(text: string): boolean {
  const port = HOST_AND_PORT.exec(text)?.[1];
  return port !== undefined && Number(port) <= PORT_MAX;
}

function isHttpsUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === "https:";
}
