import { readConfig, splitAddress } from "@flor/link-kit";
import { TCP_CONFIG_SCHEMA } from "./config-schema.ts";

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

/** The same as a file has it. */
interface TcpKeys {
  readonly listen?: string;
  readonly socks5?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly mtu: number;
}

/**
 * Checks a configuration.
 *
 * @throws LinkConfigError that names the key and what is allowed
 */
export function parseTcpConfig(value: unknown): TcpConfig {
  const { listen, socks5, user, passwordFile, mtu } = readConfig(TCP_CONFIG_SCHEMA, "tcp", value) as TcpKeys;
  const proxy = splitAddress(socks5 ?? "");
  return { listen: splitAddress(listen ?? ""), proxy: proxy && { ...proxy, user, passwordFile }, mtu };
}
