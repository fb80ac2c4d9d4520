import { parseIpLiteral } from "../ip-literal.ts";
import { encodeResponse } from "./response.ts";
import { type RequestHead, valuesOf } from "./request-head.ts";

/** What a browser may ask of the proxy itself: what this is, and how to use it (proxy auto-configuration). */
export function ownPageFor(head: RequestHead): Uint8Array {
  const [host, ...others] = valuesOf(head, "host");
  // A name that somebody made point here is not ours to serve: its pages would be of one origin with these.
  if (host === undefined || others.length > 0 || !isOwnName(host))
    return encodeResponse(421, "flor: this is a proxy, not the server of that name");
  if (head.method !== "GET") return encodeResponse(400, "flor: this is a proxy: ask it for http://…, or by CONNECT");
  if (head.target === "/proxy.pac") return encodeResponse(200, pacFor(host), [], "application/x-ns-proxy-autoconfig");
  if (head.target !== "/") return encodeResponse(404, "flor: this is a proxy, and has no such page");
  return encodeResponse(
    200,
    `This is a proxy of flor for HTTP, SOCKS5 and SOCKS4. Set ${host} as the HTTP or SOCKS proxy of a program,\nor http://${host}/proxy.pac as the proxy configuration of a browser.`,
  );
}

function pacFor(host: string): string {
  return `function FindProxyForURL(url, host) { return "SOCKS5 ${host}; PROXY ${host}"; }`;
}

/** `localhost` or an IP literal, with or without a port. */
function isOwnName(host: string): boolean {
  const name = host.replace(/:[0-9]{1,5}$/, "");
  return name.toLowerCase() === "localhost" || parseIpLiteral(name) !== undefined;
}
