import { Cause } from "@flor/wire";
import { octetsOf } from "../text.ts";

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  407: "Proxy Authentication Required",
  421: "Misdirected Request",
  431: "Request Header Fields Too Large",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

/** CONNECT succeeded: the tunnel begins behind the blank line (RFC 9110 section 9.3.6). */
export const CONNECTED: Uint8Array = octetsOf("HTTP/1.1 200 Connection established\r\n\r\n");

/** Asks for a name and a password (RFC 9110 section 11.7.1, RFC 7617). */
export const PROXY_AUTHENTICATE = 'Proxy-Authenticate: Basic realm="flor", charset="UTF-8"';

/** A whole answer of this proxy, after which it closes. @param fields lines without their end */
export function encodeResponse(
  status: number,
  text: string,
  fields: readonly string[] = [],
  type = "text/plain; charset=us-ascii",
): Uint8Array {
  const body = `${text}\n`;
  const head = [`HTTP/1.1 ${status} ${REASONS[status] ?? "Error"}`, ...fields, `Content-Type: ${type}`];
  head.push(`Content-Length: ${body.length}`, "Cache-Control: no-store", "Connection: close");
  return octetsOf(`${head.join("\r\n")}\r\n\r\n${body}`);
}

interface Failure {
  readonly status: number;
  /** RFC 9209 section 2.3. */
  readonly error: string;
  readonly text: string;
}

const GENERAL_FAILURE: Failure = {
  status: 502,
  error: "proxy_internal_error",
  text: "the connection could not be made",
};

/** A cause in the words of HTTP. */
const failures: Readonly<Partial<Record<Cause, Failure>>> = {
  [Cause.NOT_ALLOWED]: {
    status: 403,
    error: "destination_ip_prohibited",
    text: "no route or rule allows this destination; flor status shows why",
  },
  [Cause.NETWORK_UNREACHABLE]: {
    status: 503,
    error: "destination_unavailable",
    text: "the node that would let this out is not reachable now",
  },
  [Cause.HOST_UNREACHABLE]: { status: 502, error: "destination_ip_unroutable", text: "the host is not reachable" },
  [Cause.CONNECTION_REFUSED]: { status: 502, error: "connection_refused", text: "the host refused the connection" },
  [Cause.TIMED_OUT]: { status: 504, error: "connection_timeout", text: "the host did not answer in time" },
  [Cause.NAME_NOT_FOUND]: {
    status: 502,
    error: "dns_error",
    text: "no service has this name, and it is not known where the connection would leave",
  },
  [Cause.COMMAND_NOT_SUPPORTED]: {
    status: 501,
    error: "proxy_internal_error",
    text: "the node that would let this out does not support it",
  },
  [Cause.ADDRESS_TYPE_NOT_SUPPORTED]: {
    status: 502,
    error: "destination_ip_unroutable",
    text: "addresses of this kind are not reachable there",
  },
  [Cause.OVERLOADED]: { status: 503, error: "proxy_internal_error", text: "too many connections for now" },
};

/** The answer for a cause; one that this version does not know is a general failure. */
export function encodeFailure(cause: Cause): Uint8Array {
  const { status, error, text } = failures[cause] ?? GENERAL_FAILURE;
  return encodeResponse(status, `flor: ${text}`, [`Proxy-Status: flor; error=${error}`]);
}
