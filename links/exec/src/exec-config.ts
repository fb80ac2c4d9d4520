import { isAbsolute } from "node:path";
import { LinkConfigError } from "@flor/link-kit";
import { FRAME_MTU_SCHEMA, objectOf, parseCommand, parseFrameMtu, parseTexts } from "@flor/stream-carrier";

/** How an exec link is configured. */
export interface ExecConfig {
  /** Run for each neighbour that has an address; `undefined`: neighbours come to us. */
  readonly command: readonly [string, ...string[]] | undefined;
  /** Added to the command's environment. @default {} */
  readonly env: Readonly<Record<string, string>>;
  /** Path of an AF_UNIX socket on which `flor link serve --stdio` comes in; `undefined`: nobody can. */
  readonly socket: string | undefined;
  /** Octets of the longest frame. @default 16384 */
  readonly mtu: number;
}

const KEYS = ["command", "env", "socket", "mtu"];

/** The configuration as JSON Schema. */
export const EXEC_CONFIG_SCHEMA: object = {
  type: "object",
  additionalProperties: false,
  anyOf: [{ required: ["command"] }, { required: ["socket"] }],
  properties: {
    command: {
      type: "array",
      minItems: 1,
      items: { type: "string", minLength: 1 },
      description: "the program and its arguments; {address} stands for the neighbour's address",
    },
    env: { type: "object", additionalProperties: { type: "string" }, description: "variables for the program" },
    socket: { type: "string", description: "absolute path of the socket where flor link serve --stdio comes in" },
    mtu: FRAME_MTU_SCHEMA,
  },
};

/**
 * Checks a configuration.
 *
 * @throws LinkConfigError that names the key and what is allowed
 */
export function parseExecConfig(value: unknown): ExecConfig {
  const { command, env, socket, mtu } = objectOf(value, "exec", KEYS);
  if (command === undefined && socket === undefined)
    throw new LinkConfigError("command: is missing; give a command to run, or a socket on which others come in");
  return {
    command: command === undefined ? undefined : parseCommand(command),
    env: parseTexts("env", env),
    socket: parseSocket(socket),
    mtu: parseFrameMtu(mtu),
  };
}

function parseSocket(socket: unknown): string | undefined {
  if (socket === undefined || (typeof socket === "string" && isAbsolute(socket))) return socket;
  throw new LinkConfigError(`socket: ${JSON.stringify(socket)} is not an absolute path`);
}
