import { LinkConfigError } from "@flor/link-kit";
import { FRAME_MTU_SCHEMA, objectOf, parseFrameMtu, parseListen } from "@flor/stream-carrier";

/** An IP address literal and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A SOCKS5 proxy on the way to the neighbours. */
export interface UpstreamProxy extends Endpoint {
  /** `undefined`: it asks for no password. */
  readonly user: string | undefined;
  /** A file of one line. */
  readonly passwordFile: string | undefined;
}

/** How a tcp link is configured. */
export interface TcpConfig {
  /** `undefined`: nobody can come to us. */
  readonly listen: Endpoint | undefined;
  /** `undefined`: neighbours are dialled directly. */
  readonly proxy: UpstreamProxy | undefined;
  /** Octets of the longest frame. @default 16384 */
  readonly mtu: number;
}

const KEYS = ["listen", "socks5", "user", "passwordFile", "mtu"];

/** The configuration as JSON Schema. */
export const TCP_CONFIG_SCHEMA: object = {
  type: "object",
  additionalProperties: false,
  properties: {
    listen: { type: "string", description: "address and port to listen on, e.g. 0.0.0.0:4600; absent: nowhere" },
    socks5: { type: "string", description: "address and port of a SOCKS5 proxy through which neighbours are dialled" },
    user: { type: "string", description: "user name at that proxy (RFC 1929)" },
    passwordFile: { type: "string", description: "path of a file that holds the password, one line" },
    mtu: FRAME_MTU_SCHEMA,
  },
};

/**
 * Checks a configuration.
 *
 * @throws LinkConfigError that names the key and what is allowed
 */
export function parseTcpConfig(value: unknown): TcpConfig {
  const { listen, socks5, user, passwordFile, mtu } = objectOf(value, "tcp", KEYS);
  return {
    listen: listen === undefined ? undefined : parseListen("listen", listen),
    proxy: parseProxy(socks5, user, passwordFile),
    mtu: parseFrameMtu(mtu),
  };
}

function parseProxy(socks5: unknown, user: unknown, passwordFile: unknown): UpstreamProxy | undefined {
  if ((user === undefined) !== (passwordFile === undefined))
    throw new LinkConfigError("user and passwordFile belong together: give both or neither");
  if (socks5 === undefined && user !== undefined)
    throw new LinkConfigError("user: there is no proxy that could ask for it; give socks5 too");
  if (socks5 === undefined) return undefined;
  const credentials = { user: textOf("user", user), passwordFile: textOf("passwordFile", passwordFile) };
  return { ...parseListen("socks5", socks5), ...credentials };
}

function textOf(key: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw new LinkConfigError(`${key}: ${JSON.stringify(value)} is not a text`);
}
