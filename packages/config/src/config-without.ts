import type { Identity } from "@flor/quic";
import { assembleConfig } from "./assemble-config.ts";
import type { Config } from "./config.ts";
import { configSchema } from "./schema.ts";

/**
 * A configuration without a file, of values as a file has them, for a key that lies nowhere.
 *
 * @throws the schema's error; names are not compared
 */
export function configWithout(values: Readonly<Record<string, unknown>>, identity: Identity): Config {
  const shape = configSchema.parse({ ...values, key: "none" });
  return assembleConfig(shape, { identity, users: [] }, { file: "/none", text: "" });
}
