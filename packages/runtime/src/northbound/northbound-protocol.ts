/**
 * How an upper node attaches: it connects to the AF_UNIX socket of the lower node's northbound network, writes the
 * bootstrap line of a session, as to any link, and reads one line of answer. Everyone who can open the socket may attach. The
 * connection then stays open, and its end is the end of the other side; meanwhile the lower node tells, a line each time
 * it changes, what the layers beneath add and carry.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { NAME } from "@flor/config";
import { excessiveSocketPath } from "@flor/host/socket-path";
import { ANCESTRY_MAX } from "@flor/io";
import type { LayerStatus } from "@flor/node";
import { FlorError } from "../errors.ts";

/** Octets of a line of the lower node at most. */
export const NORTHBOUND_LINE_MAX_OCTETS = 4096;
/** Stands in no name: so no other two names make the same path. */
const NAME_END = "+";
const SOCKET_SUFFIX = ".north";
/** No frame, nor what is put around one, is longer: its length has two octets. */
const OCTETS_MAX = 0xffff;

/**
 * The socket of a network in the runtime folder of its node's user.
 *
 * @throws FlorError when the path is longer than the system takes
 */
export function northboundSocketPath(folder: string, node: string, network: string): string {
  const path = join(folder, `${node}${NAME_END}${network}${SOCKET_SUFFIX}`);
  if (excessiveSocketPath(path) === undefined) return path;
  throw new FlorError(
    "ERR_FLOR_PATH_TOO_LONG",
    `${path} is too long for a socket: shorten the name of the node or northbound, or set the northbound's socket`,
  );
}

/** Names of the networks that a node serves, or served when it was killed, in the runtime folder. */
export function northboundNames(folder: string, node: string): readonly string[] {
  const prefix = node + NAME_END;
  try {
    const sockets = readdirSync(folder).filter((file) => file.startsWith(prefix) && file.endsWith(SOCKET_SUFFIX));
    return sockets.map((file) => file.slice(prefix.length, -SOCKET_SUFFIX.length)).sort();
  } catch {
    return [];
  }
}

/** The answer to a bootstrap line. */
export type NorthboundAnswer = { readonly attached: true; readonly node: string } | { readonly error: string };

/** One line, its line feed included. */
export function encodeNorthboundAnswer(answer: NorthboundAnswer): string {
  return `${JSON.stringify(answer)}\n`;
}

/** Reads an answer; `undefined` when it is malformed: what serves the socket is not a northbound. */
export function decodeNorthboundAnswer(line: string): NorthboundAnswer | undefined {
  const value = objectOf(line);
  if (value?.["attached"] === true && typeof value["node"] === "string") return { attached: true, node: value["node"] };
  return typeof value?.["error"] === "string" ? { error: value["error"] } : undefined;
}

/** One line, its line feed included. */
export function encodeLayers(layers: readonly LayerStatus[]): string {
  return `${JSON.stringify({ layers })}\n`;
}

/** Reads what is said of the layers beneath; `undefined` when it is malformed. */
export function decodeLayers(line: string): readonly LayerStatus[] | undefined {
  const layers = objectOf(line)?.["layers"];
  if (!Array.isArray(layers) || layers.length > ANCESTRY_MAX) return undefined;
  const read = layers.map(readLayer);
  return read.every((layer) => layer !== undefined) ? read : undefined;
}

function readLayer(value: unknown): LayerStatus | undefined {
  const said = recordOf(value);
  if (said === undefined) return undefined;
  const { node, network, link, kind, overheadOctets, mtuOctets, segmentMtuOctets } = said;
  if (!isName(node) || !isName(network) || !isNameOrNone(link) || !isNameOrNone(kind)) return undefined;
  if (!isOctets(overheadOctets) || !isOctets(mtuOctets) || !isOctets(segmentMtuOctets)) return undefined;
  return { node, network, overheadOctets, link, kind, mtuOctets, segmentMtuOctets };
}

function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return recordOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

// What a user cannot have named, as a line with control characters, comes from no node.
function isName(value: unknown): value is string {
  return typeof value === "string" && NAME.test(value);
}

function isNameOrNone(value: unknown): value is string {
  return value === "" || isName(value);
}

function isOctets(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= OCTETS_MAX;
}
