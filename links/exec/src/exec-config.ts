import { readConfig } from "@flor/link-kit";
import { EXEC_CONFIG_SCHEMA } from "./config-schema.ts";

/** How an exec link is configured. */
export interface ExecConfig {
  /** Run for each neighbour that has an address; `undefined`: neighbours come to us. */
  readonly command?: readonly [string, ...string[]];
  /** Added to the command's environment. @default {} */
  readonly env: Readonly<Record<string, string>>;
  /** Path of an AF_UNIX socket on which `flor link serve --stdio` comes in; `undefined`: nobody can. */
  readonly socket?: string;
  /** Octets of the longest frame. @default 16384 */
  readonly mtu: number;
}

/**
 * Checks a configuration.
 *
 * @throws LinkConfigError that names the key and what is allowed
 */
export function parseExecConfig(value: unknown): ExecConfig {
  return readConfig(EXEC_CONFIG_SCHEMA, "exec", value) as ExecConfig;
}
