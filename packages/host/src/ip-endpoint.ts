import { isIPv4, isIPv6, SocketAddress } from "node:net";
import { interfaceAddresses } from "./interface-addresses.ts";

/**
 * An IP address and a UDP port as five numbers, so that the data path compares sources without strings. An IPv4
 * address is held v4-mapped (RFC 4291 section 2.5.5.2): `words` are 0, 0, 0xffff and the address.
 */
export interface IpEndpoint {
  readonly words: readonly [number, number, number, number];
  readonly port: number;
  /** The interface of a link-local IPv6 address, else 0. */
  readonly scope: number;
  /** For people and for `node:dgram`, such as "192.0.2.1" or "2001:db8::1". */
  readonly host: string;
}

const V4_MAPPED = 0xffff;

/** Whether the endpoint has an IPv4 address. */
export function isIpv4Endpoint(endpoint: IpEndpoint): boolean {
  const [a, b, c] = endpoint.words;
  return a === 0 && b === 0 && c === V4_MAPPED;
}

/** Whether the endpoint stands for all addresses of this machine: 0.0.0.0 or ::. */
export function isUnspecified(endpoint: IpEndpoint): boolean {
  return endpoint.words[3] === 0 && endpoint.words[1] === 0 && (isIpv4Endpoint(endpoint) || endpoint.words[2] === 0);
}

/** Whether two endpoints are the same address and port. */
export function sameEndpoint(one: IpEndpoint, other: IpEndpoint): boolean {
  return (
    one.port === other.port &&
    one.scope === other.scope &&
    one.words.every((word, index) => word === other.words[index])
  );
}

/** "192.0.2.1:4600" or "[2001:db8::1]:4600". */
export function formatEndpoint(endpoint: IpEndpoint): string {
  return endpoint.host.includes(":") ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
}

/**
 * Makes an endpoint of a literal address, or returns `undefined` when `host` is none, or names an interface that is not
 * there; `::ffff:0:0/96` becomes IPv4. A zone (RFC 4007 section 11) is an interface's number or its name.
 */
export function endpointOf(host: string, port: number): IpEndpoint | undefined {
  if (isIPv4(host)) return { words: [0, 0, V4_MAPPED, ipv4Word(host)], port, scope: 0, host };
  const [literal = "", zone = ""] = host.split("%");
  if (!isIPv6(literal)) return undefined;
  const words = ipv6Words(literal);
  const scope = zone === "" ? 0 : interfaceNumber(zone);
  return scope === undefined ? undefined : endpointFromWords(words, port, scope);
}

/** The number of an interface, by itself or by the name; `undefined`: there is none now. */
function interfaceNumber(zone: string): number | undefined {
  if (/^\d{1,9}$/.test(zone)) return Number(zone);
  const all = interfaceAddresses();
  if ("code" in all) return undefined;
  return all.find((one) => one.name === zone && one.family === "IPv6" && (one.scopeid ?? 0) > 0)?.scopeid;
}

/** Makes an endpoint of words as a sockaddr has them. */
export function endpointFromWords(
  words: readonly [number, number, number, number],
  port: number,
  scope: number,
): IpEndpoint {
  const [a, b, c, d] = words;
  if (a === 0 && b === 0 && c === V4_MAPPED) return { words, port, scope: 0, host: ipv4Text(d) };
  const groups = words.flatMap((word) => [(word >>> 16).toString(16), (word & 0xffff).toString(16)]);
  const { address } = new SocketAddress({ address: groups.join(":"), family: "ipv6" });
  return { words, port, scope, host: scope === 0 ? address : `${address}%${scope}` };
}

function ipv4Word(host: string): number {
  return host.split(".").reduce((word, octet) => ((word << 8) | Number(octet)) >>> 0, 0);
}

function ipv4Text(word: number): string {
  return [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff].join(".");
}

function ipv6Words(literal: string): [number, number, number, number] {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(literal);
  const tail = dotted === null ? 0 : ipv4Word(dotted[2] ?? "");
  const hex =
    dotted === null ? literal : `${dotted[1] ?? ""}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  const [head = "", rest] = hex.split("::");
  const front = groupsOf(head);
  const back = rest === undefined ? [] : groupsOf(rest);
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0);
  const groups = rest === undefined ? front : [...front, ...zeros, ...back];
  const word = (index: number): number => (((groups[index] ?? 0) << 16) | (groups[index + 1] ?? 0)) >>> 0;
  return [word(0), word(2), word(4), word(6)];
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
