/**
 * How an upper node attaches: it connects to the AF_UNIX socket of the lower node's northbound network, writes the
 * bootstrap line of a session, as to any link, and reads one line of answer. Whoever can open the socket may attach. The
 * connection then stays open, saying nothing: its end is the end of the other side.
 */
import { join } from "node:path";

/** Octets of the answer at most. */
export const NORTHBOUND_ANSWER_MAX_OCTETS = 4096;

/** The socket of a network in the runtime folder of its node's user. */
export function northboundSocketPath(folder: string, node: string, network: string): string {
  return join(folder, `${node}.${network}.north`);
}

/** The answer to a bootstrap line. */
export type NorthboundAnswer = { readonly attached: true; readonly node: string } | { readonly error: string };

/** One line, its line feed included. */
export function encodeNorthboundAnswer(answer: NorthboundAnswer): string {
  return `${JSON.stringify(answer)}\n`;
}

/** Reads an answer; anything malformed is an error answer. */
export function decodeNorthboundAnswer(line: string): NorthboundAnswer {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) {
      if ("attached" in value && value.attached === true && "node" in value)
        return { attached: true, node: String(value.node) };
      if ("error" in value) return { error: String(value.error) };
    }
  } catch {
    // Said below.
  }
  return { error: "the socket is not a northbound one" };
}
