import { isIP } from "node:net";
import { LinkConfigError } from "@flor/link-kit";

/** Octets of the longest frame unless configured otherwise: QUIC makes no longer packets. */
export const FRAME_MTU_DEFAULT = 16_384;
/** A node takes no port that carries less: QUIC's 1200 octets under labels and admission. */
export const FRAME_MTU_MIN = 1280;
/** What one datagram between node and link may hold, less its token. */
export const FRAME_MTU_MAX = 61_432;

/** The key `mtu` as JSON Schema. */
export const FRAME_MTU_SCHEMA: object = {
  type: "integer",
  minimum: FRAME_MTU_MIN,
  maximum: FRAME_MTU_MAX,
  default: FRAME_MTU_DEFAULT,
  description: "octets of the longest frame carried; a stream takes any",
};

/**
 * A configuration as an object that has no other keys than `allowed`.
 *
 * @throws LinkConfigError
 */
export function objectOf(value: unknown, kind: string, allowed: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new LinkConfigError(`the configuration of a ${kind} link is an object with the keys ${allowed.join(", ")}`);
  const unknownKey = Object.keys(value).find((key) => !allowed.includes(key));
  if (unknownKey === undefined) return value as Record<string, unknown>;
  throw new LinkConfigError(`"${unknownKey}" is not a key of a ${kind} link: ${allowed.join(", ")} are`);
}

/**
 * The key `mtu`.
 *
 * @throws LinkConfigError
 */
export function parseFrameMtu(mtu: unknown = FRAME_MTU_DEFAULT): number {
  if (typeof mtu === "number" && Number.isInteger(mtu) && mtu >= FRAME_MTU_MIN && mtu <= FRAME_MTU_MAX) return mtu;
  throw new LinkConfigError(
    `mtu: ${JSON.stringify(mtu)} is not a whole number from ${FRAME_MTU_MIN} to ${FRAME_MTU_MAX}`,
  );
}

/**
 * A program and its arguments.
 *
 * @throws LinkConfigError
 */
export function parseCommand(command: unknown): readonly [string, ...string[]] {
  const isCommand = Array.isArray(command) && command.every((word) => typeof word === "string" && word !== "");
  if (isCommand && command.length > 0) return command as [string, ...string[]];
  throw new LinkConfigError(`command: ${JSON.stringify(command)} is not a list of words, the program first`);
}

/**
 * A key whose value is an object of texts.
 *
 * @throws LinkConfigError
 */
export function parseTexts(key: string, value: unknown = {}): Readonly<Record<string, string>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && Object.values(value).every((text) => typeof text === "string"))
    return value as Record<string, string>;
  throw new LinkConfigError(`${key}: ${JSON.stringify(value)} is not an object of texts`);
}

/** Splits `HOST:PORT` or `[IPV6]:PORT`; `undefined` when it is neither. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return undefined;
  return { host: match[1] ?? match[2] ?? "", port };
}

/**
 * A key whose value is an IP address and port.
 *
 * @throws LinkConfigError
 */
export function parseListen(key: string, value: unknown): { readonly host: string; readonly port: number } {
  const split = typeof value === "string" ? splitAddress(value) : undefined;
  if (split !== undefined && isIP(split.host) !== 0) return split;
  throw new LinkConfigError(
    `${key}: ${JSON.stringify(value)} is not an address and port such as "0.0.0.0:4600" or "[::]:4600"`,
  );
}
