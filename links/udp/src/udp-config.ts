import { endpointOf, type IpEndpoint } from "@flor/host/datagram";
import { LinkConfigError, readConfig, splitAddress } from "@flor/link-kit";
import { UDP_CONFIG_SCHEMA } from "./config-schema.ts";

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

/** The same as a file has it. */
interface UdpKeys {
  readonly listen: string;
  readonly mtu: number;
  readonly segments: boolean;
  readonly gso: "auto" | "off";
}

/** Checks a configuration. Throws `LinkConfigError` that names the key and what is allowed. */
export function parseUdpConfig(value: unknown): UdpConfig {
  const { listen, mtu, segments, gso } = readConfig(UDP_CONFIG_SCHEMA, "udp", value) as UdpKeys;
  const { host, port } = splitAddress(listen) ?? { host: "", port: 0 };
  const endpoint = endpointOf(host, port);
  // A zone is more than this link can listen on.
  if (endpoint === undefined) throw new LinkConfigError(`listen: ${JSON.stringify(listen)} is not an address and port`);
  return { listen: endpoint, mtu, segments, segmentation: gso === "auto" };
}
