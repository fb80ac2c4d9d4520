/** How an upper node gets to the node beneath: connects, hands its bootstrap line over, and reads the answer. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { dirname } from "node:path";
import type { AttachmentConfig } from "@flor/config";
import { runtimeFolder } from "../control/runtime-folder.ts";
import { NorthboundLines } from "./northbound-lines.ts";
import { decodeNorthboundAnswer, northboundNames, northboundSocketPath } from "./northbound-protocol.ts";

const ANSWER_TIMEOUT_MS = 3000;

/** What is handed to the lower node, and who takes what it says later. */
export interface AttachRequest {
  readonly bootstrapLine: string;
  readonly handleLine: (line: string) => void;
}

/**
 * Attaches to a northbound; the connection that stays is the lifeline.
 *
 * @throws Error that says what to do; nothing is left open then
 */
export async function attachToLower(
  attach: AttachmentConfig,
  { bootstrapLine, handleLine }: AttachRequest,
): Promise<Socket> {
  const path = socketPathOf(attach);
  const connection = connect(path);
  connection.on("error", () => connection.destroy());
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  try {
    await once(connection, "connect", { signal }).catch((cause: NodeJS.ErrnoException) => {
      throw new Error(explain(cause, attach, path), { cause });
    });
    connection.write(bootstrapLine);
    const line = await new NorthboundLines(connection, handleLine).first(signal).catch((cause: Error) => {
      throw new Error(`${path}: ${cause.message}`, { cause });
    });
    const answer = decodeNorthboundAnswer(line);
    if (answer === undefined)
      throw new Error(`${path} is not a northbound: attach to NODE/NORTHBOUND, or to the socket of one`);
    if ("error" in answer) throw new Error(answer.error);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

function socketPathOf(attach: AttachmentConfig): string {
  return "socket" in attach ? attach.socket : northboundSocketPath(runtimeFolder(), attach.node, attach.northbound);
}

function explain({ code, message }: NodeJS.ErrnoException, attach: AttachmentConfig, path: string): string {
  if (code === "EACCES") return `${path} cannot be opened by this user: its owner must let this user in`;
  if (code !== "ENOENT" && code !== "ECONNREFUSED") return `${path}: ${typeof code === "string" ? code : message}`;
  if ("socket" in attach) return `no node serves ${path}: start the one whose northbound has this socket`;
  const others = code === "ENOENT" ? northboundNames(dirname(path), attach.node) : [];
  return others.length === 0
    ? `no node serves ${path}: start node ${attach.node}`
    : `node ${attach.node} has no northbound ${attach.northbound}; it has ${others.join(", ")}`;
}
