import { type Destination, destinationText } from "@flor/wire";
import { parseAuthority } from "../authority.ts";
import { octetsOf } from "../text.ts";
import { type RequestHead, valuesOf } from "./request-head.ts";

const ABSOLUTE = /^http:\/\/([^/?#]*)((?:[/?][^#]*)?)$/i;
const HTTP_PORT = 80;
/** Fields between a client and its proxy alone (RFC 9110 section 7.6.1), beside those that Connection names. */
const HOP_BY_HOP = ["connection", "keep-alive", "te", "trailer", "upgrade", "proxy-connection"];
/** What a body's length and the server hang on: no client may have these taken away. */
const NEVER_HOP_BY_HOP = ["content-length", "transfer-encoding", "host"];

/** Where a request in absolute form goes, and the head that its server gets. */
export interface ForwardedHead {
  readonly destination: Destination;
  readonly octets: Uint8Array;
}

/** A request in absolute form, `http://host/path`, as its server wants it; or what is wrong with it. */
export function forwardedHeadOf(head: RequestHead): ForwardedHead | { readonly error: string } {
  const [, authority = "", path = ""] = ABSOLUTE.exec(head.target) ?? [];
  if (/^https:/i.test(head.target)) return { error: "use CONNECT for https" };
  if (authority.includes("@")) return { error: "URLs with a user in them are not forwarded" };
  const destination = parseAuthority(authority, HTTP_PORT);
  if (destination === undefined) return { error: "the URL is malformed" };
  if (valuesOf(head, "host").length > 1) return { error: "more than one Host" };
  const dropped = droppedFields(head);
  if (dropped === undefined) return { error: "Connection names a field that it must not" };
  const kept = head.fields.filter(({ name }) => !isDropped(name.toLowerCase(), dropped));
  const { port } = destination;
  // The server is told the host of the URL, whatever the client's own Host says (RFC 9112 section 3.2.2).
  const host = port === HTTP_PORT ? destinationText(destination).replace(/:80$/, "") : destinationText(destination);
  const lines = [`${head.method} ${path.startsWith("/") ? path : `/${path}`} HTTP/1.1`, `Host: ${host}`];
  for (const { name, value } of kept) lines.push(`${name}: ${value}`);
  return { destination, octets: octetsOf(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`) };
}

function droppedFields(head: RequestHead): ReadonlySet<string> | undefined {
  const named = valuesOf(head, "connection").flatMap((value) =>
    value.split(",").map((option) => option.trim().toLowerCase()),
  );
  if (named.some((name) => NEVER_HOP_BY_HOP.includes(name))) return undefined;
  return new Set([...HOP_BY_HOP, ...named]);
}

function isDropped(name: string, dropped: ReadonlySet<string>): boolean {
  return name === "host" || name.startsWith("proxy-") || dropped.has(name);
}
