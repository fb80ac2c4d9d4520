import type { NodeDoor } from "./node-door.ts";
import type { OpenLink } from "./open-link.ts";

/** A link program, as its author describes it to `runLink`. */
export interface LinkDefinition<Config> {
  /** The program's name, e.g. "udp". */
  readonly name: string;
  readonly version: string;
  /** Named extensions of Flor IO that this link has, e.g. "segments". "stats" is the kit's own. @default none */
  readonly capabilities?: readonly string[];
  /** JSON Schema of the configuration, for `--flor-io-describe`. @default none */
  readonly configSchema?: object;
  /**
   * Checks the configuration.
   * @throws LinkConfigError naming the key and what is allowed: the process exits 78 and is not started again
   */
  parseConfig(value: unknown): Config;
  /**
   * Opens sockets and whatever the link moves frames over, after the node is authenticated. Announce ports as soon as
   * there are any, during `open` too.
   * @throws LinkConfigError (exit 78, no restart), any other error: exit 75, restart with back-off
   */
  open(config: Config, node: NodeDoor): Promise<OpenLink>;
}
