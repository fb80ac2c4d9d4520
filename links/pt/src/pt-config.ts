import { readConfig } from "@flor/link-kit";
import { PT_CONFIG_SCHEMA } from "./config-schema.ts";

/** How a pt link is configured. */
export interface PtConfig {
  /** The transport's program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** The transport's name, e.g. "obfs4". */
  readonly transport: string;
  /** Where the transport listens, `ADDRESS:PORT`; `undefined`: nobody can come to us. */
  readonly listen?: string;
  /** The transport's options as a server. @default {} */
  readonly options: Readonly<Record<string, string>>;
  /** Octets of the longest frame. @default 16384 */
  readonly mtu: number;
}

/**
 * Checks a configuration.
 *
 * @throws LinkConfigError that names the key and what is allowed
 */
export function parsePtConfig(value: unknown): PtConfig {
  return readConfig(PT_CONFIG_SCHEMA, "pt", value) as PtConfig;
}
