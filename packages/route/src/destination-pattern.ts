/**
 * Patterns of destinations in routes, `allow` and `deny`: HOST[:PORTS].
 *
 *     HOST   *                     any
 *            example.org           this name
 *            *.example.org         every name under it, not itself
 *            192.0.2.7  192.0.2.0/24  [2001:db8::7]  [2001:db8::/32]
 *     PORTS  *  or a list of ports and ranges: 443   80,443   8000-8100    absent: *
 */
import { type AddressPrefix, parseAddressPrefix, prefixContains } from "./address-prefix.ts";
import { canonicalIpAddress, isNumericName, type Target } from "@flor/wire";

/** The host part of a pattern; names in canonical form, see {@link canonicalName}. */
export type HostPattern =
  | { readonly kind: "any" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "names-under"; readonly name: string }
  | { readonly kind: "range"; readonly prefix: AddressPrefix };

/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A parsed pattern. */
export interface DestinationPattern {
  /** As written. */
  readonly text: string;
  readonly host: HostPattern;
  /** `undefined`: every port. */
  readonly ports: readonly PortRange[] | undefined;
}

type ParseError = { readonly error: string };

const ALLOWED = 'allowed: "*", a name, "*.name", an address or a range ([…] for IPv6), then ":" and ports or "*"';
const PORT_LAST = 0xffff;
const PORT_RANGES_MAX = 64;
export const NAME_MAX_CHARACTERS = 253;
const HOST_AND_PORTS = /^(?<host>\[[^\]]*\]|[^:[\]]*)(?::(?<ports>[^:[\]]*))?$/;
const NAME_LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const PORTS = /^(?<first>[1-9][0-9]{0,4})(?:-(?<last>[1-9][0-9]{0,4}))?$/;

/** Parses one pattern; the error says what is wrong and what is allowed. */
export function parseDestinationPattern(text: string): DestinationPattern | ParseError {
  const parts = HOST_AND_PORTS.exec(text)?.groups;
  if (parts === undefined) return { error: `"${text}" is not a destination; ${ALLOWED}` };
  const host = parseHost(parts["host"] ?? "");
  if ("error" in host) return host;
  const ports = parsePorts(parts["ports"] ?? "*");
  if (ports !== undefined && "error" in ports) return ports;
  return { text, host, ports };
}

/** Whether a pattern fits what a client asked for. A name never fits a range: it is not resolved here. */
export function matchesTarget(pattern: DestinationPattern, target: Target, port: number): boolean {
  if (!matchesPort(pattern, port)) return false;
  const { host } = pattern;
  if (target.kind === "address") return host.kind === "any" || matchesAddress(pattern, target.address, port);
  if (host.kind === "name") return canonicalName(target.name) === host.name;
  if (host.kind === "names-under") return canonicalName(target.name).endsWith(`.${host.name}`);
  return host.kind === "any";
}

/** Whether a pattern is a range that contains `address` (4 or 16 octets), and the port fits. */
export function matchesAddress(pattern: DestinationPattern, address: Uint8Array, port: number): boolean {
  const { host } = pattern;
  return (
    host.kind === "range" && prefixContains(host.prefix, canonicalIpAddress(address)) && matchesPort(pattern, port)
  );
}

/** Whether a pattern fits the port, whatever the host. */
export function matchesPort({ ports }: DestinationPattern, port: number): boolean {
  return ports === undefined || ports.some(({ first, last }) => first <= port && port <= last);
}

/** A name in the form in which names are compared: lower case, without the dot of the root. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

function parseHost(text: string): HostPattern | ParseError {
  if (text === "*") return { kind: "any" };
  if (text.startsWith("[")) return rangeOf(text.slice(1, -1), "IPv6");
  if (text.includes("/") || isNumericName(text)) return rangeOf(text, "IPv4");
  const under = text.startsWith("*.");
  const name = canonicalName(under ? text.slice(2) : text);
  const labels = name.split(".");
  if (name.length > NAME_MAX_CHARACTERS || isNumericName(name) || !labels.every((label) => NAME_LABEL.test(label))) {
    return { error: `"${text}" is not a host; ${ALLOWED}; names in ASCII (xn--…), "*" only as the first label` };
  }
  return under ? { kind: "names-under", name } : { kind: "name", name };
}

function rangeOf(text: string, family: "IPv4" | "IPv6"): HostPattern | ParseError {
  const prefix = parseAddressPrefix(text);
  if ("error" in prefix) return prefix;
  if (text.includes(":") !== (family === "IPv6")) {
    return { error: `"${text}" is not ${family}; only IPv6 addresses go in brackets, as in [fd00::/8]:443` };
  }
  return { kind: "range", prefix };
}

function parsePorts(text: string): readonly PortRange[] | undefined | ParseError {
  if (text === "*") return undefined;
  const parts = text.split(",", PORT_RANGES_MAX + 1);
  if (parts.length > PORT_RANGES_MAX) return { error: `more than ${PORT_RANGES_MAX} ports; write ranges or "*"` };
  const ranges: PortRange[] = [];
  for (const part of parts) {
    const range = parsePortRange(part.trim());
    if (range === undefined) {
      return { error: `"${part}" is not a port; allowed: "*", 1 to 65535, ranges as 8000-8100, lists as 80,443` };
    }
    ranges.push(range);
  }
  return ranges;
}

function parsePortRange(text: string): PortRange | undefined {
  const groups = PORTS.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const first = Number(groups["first"]);
  const last = Number(groups["last"] ?? first);
  return first <= last && last <= PORT_LAST ? { first, last } : undefined;
}
