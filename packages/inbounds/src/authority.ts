import type { Destination } from "@flor/wire";
import { targetOfDomain } from "./target.ts";
import { octetsOf } from "./text.ts";

/** `host:port`, and IPv6 in brackets. */
const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]{1,255})(?::([0-9]{1,5}))?$/;
/** What a host may hold (RFC 3986 section 3.2.2), less what only encodes something else. */
const HOST = /^[A-Za-z0-9._~!$&'()*+,;=-]+$/;
const PORT_MAX = 0xffff;

/**
 * The destination that `host:port` names; `undefined` when it is malformed, or the port is missing and there is no default.
 *
 * @param defaultPort the port where none is written
 */
export function parseAuthority(text: string, defaultPort?: number): Destination | undefined {
  const [, host, digits] = AUTHORITY.exec(text) ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port === undefined || port < 1 || port > PORT_MAX) return undefined;
  if (!host.startsWith("[") && !HOST.test(host)) return undefined;
  const target = targetOfDomain(octetsOf(host));
  if (target === undefined || (host.startsWith("[") && target.kind === "domain")) return undefined;
  return { target, port };
}
