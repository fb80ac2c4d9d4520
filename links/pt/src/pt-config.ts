import { LinkConfigError } from "@flor/link-kit";
import { FRAME_MTU_SCHEMA, objectOf, parseCommand, parseFrameMtu, parseListen, parseTexts } from "@flor/stream-carrier";

/** How a pt link is configured. */
export interface PtConfig {
  /** The transport's program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** The transport's name, e.g. "obfs4". */
  readonly transport: string;
  /** Where the transport listens, `ADDRESS:PORT`; `undefined`: nobody can come to us. */
  readonly listen: string | undefined;
  /** The transport's options as a server. @default {} */
  readonly options: Readonly<Record<string, string>>;
  /** Octets of the longest frame. @default 16384 */
  readonly mtu: number;
}

const KEYS = ["command", "transport", "listen", "options", "mtu"];
/** A C identifier, as the specification says. */
const TRANSPORT = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The configuration as JSON Schema. */
export const PT_CONFIG_SCHEMA: object = {
  type: "object",
  additionalProperties: false,
  required: ["command", "transport"],
  properties: {
    command: { type: "array", minItems: 1, items: { type: "string", minLength: 1 }, description: "the program" },
    transport: { type: "string", pattern: TRANSPORT.source, description: "the transport's name, e.g. obfs4" },
    listen: { type: "string", description: "address and port where the transport listens; absent: nowhere" },
    options: { type: "object", additionalProperties: { type: "string" }, description: "its options as a server" },
    mtu: FRAME_MTU_SCHEMA,
  },
};

/**
 * Checks a configuration.
 *
 * @throws LinkConfigError that names the key and what is allowed
 */
export function parsePtConfig(value: unknown): PtConfig {
  const { command, transport, listen, options, mtu } = objectOf(value, "pt", KEYS);
  if (listen !== undefined) parseListen("listen", listen);
  return {
    command: parseCommand(command),
    transport: parseTransport(transport),
    listen: listen as string | undefined,
    options: parseTexts("options", options),
    mtu: parseFrameMtu(mtu),
  };
}

function parseTransport(transport: unknown): string {
  if (typeof transport === "string" && TRANSPORT.test(transport)) return transport;
  throw new LinkConfigError(`transport: ${JSON.stringify(transport)} is not the name of a transport, e.g. "obfs4"`);
}
