/**
 * How one end of a pluggable transport tells the other where it is and what it must know: `HOST:PORT k=v k=v`, as in
 * the bridge lines of Tor. It is the address of a neighbour.
 */
import { splitAddress } from "@flor/link-kit";

/** Where a neighbour is, and the transport's arguments for it. */
export interface BridgeLine {
  readonly host: string;
  readonly port: number;
  readonly args: ReadonlyMap<string, string>;
}

/** How SOCKS carries arguments: nothing else that a client says of a connection reaches the transport. */
export interface SocksCredentials {
  readonly userId: string;
  readonly password: string;
}

/** Stands for the address of a machine that listens everywhere, which only its owner knows. */
export const UNSPECIFIED_WORD = "HOST";
const UNSPECIFIED = new Set(["0.0.0.0", "::"]);
/** RFC 1929 gives the length of either field one octet. */
const FIELD_MAX_OCTETS = 255;

/** Reads a line, which may begin with the transport's name; `undefined` when it is none. */
export function parseBridgeLine(text: string, transport: string): BridgeLine | undefined {
  const words = text.trim().split(/\s+/);
  const [address = "", ...pairs] = words[0] === transport ? words.slice(1) : words;
  const target = splitAddress(address);
  const args = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) return undefined;
    args.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return target === undefined ? undefined : { ...target, args };
}

/** The line that {@link parseBridgeLine} reads; an address that means "everywhere" becomes the word HOST. */
export function formatBridgeLine(address: string, args: ReadonlyMap<string, string>): string {
  const { host, port } = splitAddress(address) ?? { host: "", port: 0 };
  const where = UNSPECIFIED.has(host) ? `${UNSPECIFIED_WORD}:${port}` : address;
  return [where, ...Array.from(args, ([key, value]) => `${key}=${value}`)].join(" ");
}

/**
 * The arguments as user name and password (specification section 3.5): `k=v;k=v`, escaped by backslashes, as much as
 * fits into the user name and the rest in the password, which is one NUL when there is none.
 *
 * @returns `undefined` without arguments
 * @throws Error when they are longer than both fields
 */
export function encodeSocksArguments(args: ReadonlyMap<string, string>): SocksCredentials | undefined {
  if (args.size === 0) return undefined;
  const text = Array.from(args, ([key, value]) => `${escape(key)}=${escape(value)}`).join(";");
  if (!/^[\u0020-\u007e]*$/.test(text)) throw new Error("the transport's arguments are not plain ASCII");
  if (text.length > 2 * FIELD_MAX_OCTETS) throw new Error("the transport's arguments are longer than SOCKS can carry");
  return { userId: text.slice(0, FIELD_MAX_OCTETS), password: text.slice(FIELD_MAX_OCTETS) || "\0" };
}

function escape(text: string): string {
  return text.replaceAll(/[\\;=]/g, String.raw`\$&`);
}
