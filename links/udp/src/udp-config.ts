import { endpointOf, type IpEndpoint } from "@flor/host/datagram";
import { LinkConfigError } from "@flor/link-kit";

/** How a udp link is configured. */
export interface UdpConfig {
  /** Where to listen. An IPv6 address takes IPv4 too; port 0 keeps one of its own over restarts. */
  readonly listen: IpEndpoint;
  /** IP MTU of the interface: no datagram is longer. @default 1500 */
  readonly mtu: number;
  /** Carry frames of up to 16,384 octets in segments. @default true */
  readonly segments: boolean;
  /** Let the kernel cut and join datagrams where it can. @default true ("auto") */
  readonly segmentation: boolean;
}

/** The least IPv4 MTU that every host takes (RFC 791). */
const MTU_MIN = 576;
const MTU_MAX = 65_535;
const DEFAULT_MTU = 1500;

/** The configuration as JSON Schema. */
export const UDP_CONFIG_SCHEMA: object = {
  type: "object",
  additionalProperties: false,
  required: ["listen"],
  properties: {
    listen: {
      type: "string",
      description: "address and port, e.g. 0.0.0.0:4600 or [::]:4600; port 0 chooses and keeps one",
    },
    mtu: {
      type: "integer",
      minimum: MTU_MIN,
      maximum: MTU_MAX,
      default: DEFAULT_MTU,
      description: "IP MTU of the interface",
    },
    segments: { type: "boolean", default: true, description: "carry frames of up to 16384 octets in segments" },
    gso: { enum: ["auto", "off"], default: "auto", description: "let the kernel cut and join datagrams" },
  },
};

/** Checks a configuration. Throws `LinkConfigError` that names the key and what is allowed. */
export function parseUdpConfig(value: unknown): UdpConfig {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new LinkConfigError('the configuration of a udp link is an object such as { "listen": "0.0.0.0:4600" }');
  const { listen, mtu = DEFAULT_MTU, segments = true, gso = "auto", ...unknown } = value as Record<string, unknown>;
  const [unknownKey] = Object.keys(unknown);
  if (unknownKey !== undefined)
    throw new LinkConfigError(`"${unknownKey}" is not a key of a udp link: listen, mtu, segments and gso are`);
  return {
    listen: parseListen(listen),
    mtu: parseMtu(mtu),
    segments: parseSegments(segments),
    segmentation: parseGso(gso),
  };
}

/** Splits "host:port" or "[v6]:port"; `undefined` when it is neither. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return undefined;
  return { host: match[1] ?? match[2] ?? "", port };
}

function parseListen(listen: unknown): IpEndpoint {
  const split = typeof listen === "string" ? splitAddress(listen) : undefined;
  const endpoint = split === undefined ? undefined : endpointOf(split.host, split.port);
  if (endpoint !== undefined) return endpoint;
  throw new LinkConfigError(
    `listen: ${JSON.stringify(listen)} is not an address and port such as "0.0.0.0:4600" or "[::]:4600"`,
  );
}

function parseMtu(mtu: unknown): number {
  if (typeof mtu === "number" && Number.isInteger(mtu) && mtu >= MTU_MIN && mtu <= MTU_MAX) return mtu;
  throw new LinkConfigError(`mtu: ${JSON.stringify(mtu)} is not a whole number from ${MTU_MIN} to ${MTU_MAX}`);
}

function parseSegments(segments: unknown): boolean {
  if (typeof segments === "boolean") return segments;
  throw new LinkConfigError(`segments: ${JSON.stringify(segments)} is neither true nor false`);
}

function parseGso(gso: unknown): boolean {
  if (gso === "auto" || gso === "off") return gso === "auto";
  throw new LinkConfigError(`gso: ${JSON.stringify(gso)} is neither "auto" nor "off"`);
}
