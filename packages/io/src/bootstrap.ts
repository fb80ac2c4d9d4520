/**
 * The first line on the standard input of a link process, written by the node once: JSON, UTF-8, ended by a line feed
 * (proto/flor-io.md).
 */

import { base64 } from "@scure/base";

/** Maximum length of the line. */
export const BOOTSTRAP_MAX_OCTETS = 65_536;

/** The longest time for a handshake, whatever the line says. */
export const DEADLINE_MAX_MS = 30_000;

/** Octets of the secret. */
export const SECRET_OCTETS = 32;

/** What a link process is told at its start. */
export interface Bootstrap {
  readonly versions: readonly number[];
  /** UDP port of the node on 127.0.0.1. */
  readonly nodePort: number;
  /** 32 octets, fresh at each start of the link. */
  readonly secret: Uint8Array;
  /** The link's name in the node's configuration. */
  readonly link: string;
  /** Increases with each start of the link. */
  readonly incarnation: number;
  readonly parentPid: number;
  /** The handshake must be done by then; a longer time is read as {@link DEADLINE_MAX_MS}. */
  readonly deadlineMs: number;
  /** A folder for this link alone that persists between starts; empty: none. */
  readonly stateDir: string;
  /** The link's configuration, which the node does not read. */
  readonly config: unknown;
}

/** The line, its line feed included. */
export function encodeBootstrap(bootstrap: Bootstrap): string {
  const florIo = {
    versions: bootstrap.versions,
    address: `127.0.0.1:${bootstrap.nodePort}`,
    secret: base64.encode(bootstrap.secret),
    link: bootstrap.link,
    incarnation: bootstrap.incarnation,
    parent_pid: bootstrap.parentPid,
    deadline_ms: bootstrap.deadlineMs,
    state_dir: bootstrap.stateDir,
  };
  return `${JSON.stringify({ flor_io: florIo, config: bootstrap.config })}\n`;
}

/** Reads the line, or says what is wrong with it. */
export function decodeBootstrap(line: string): Bootstrap | { readonly error: string } {
  if (line.length > BOOTSTRAP_MAX_OCTETS) return { error: `the line is longer than ${BOOTSTRAP_MAX_OCTETS} octets` };
  const value = parse(line);
  const florIo = recordOf(recordOf(value)?.["flor_io"]);
  if (florIo === undefined) return { error: "the line is not a JSON object with flor_io" };
  const versions = florIo["versions"];
  if (!Array.isArray(versions) || !versions.every((version) => typeof version === "number")) {
    return { error: "flor_io.versions is not a list of numbers" };
  }
  const nodePort = Number(/^127\.0\.0\.1:(\d{1,5})$/.exec(String(florIo["address"]))?.[1] ?? 0);
  if (nodePort < 1 || nodePort > 0xffff) return { error: "flor_io.address is not 127.0.0.1:PORT" };
  const secret = secretOf(textOf(florIo["secret"]));
  if (secret?.length !== SECRET_OCTETS) return { error: `flor_io.secret is not ${SECRET_OCTETS} octets in base64` };
  return {
    versions,
    nodePort,
    secret,
    link: textOf(florIo["link"]),
    incarnation: numberOf(florIo["incarnation"], 0),
    parentPid: numberOf(florIo["parent_pid"], 0),
    deadlineMs: Math.min(numberOf(florIo["deadline_ms"], 5000), DEADLINE_MAX_MS),
    stateDir: textOf(florIo["state_dir"]),
    config: recordOf(value)?.["config"] ?? {},
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

function secretOf(text: string): Uint8Array | undefined {
  try {
    return base64.decode(text);
  } catch {
    return undefined;
  }
}
