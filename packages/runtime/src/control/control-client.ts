import { connect, type Socket } from "node:net";
import { decodeControlResponse, encodeControlRequest, type ControlRequest } from "./control-protocol.ts";

/** A node that does not answer within this time is assumed to hang. A reload may end a link first, on a busy machine. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Octets of an answer at most. */
export const ANSWER_MAX_OCTETS: number = 64 * 1_048_576;

/**
 * Asks the node behind the control socket at `path`, and returns its result.
 *
 * @param signal gives up: the question is forgotten
 * @throws Error when nobody listens (`code` as of `connect`), the answer is late or none, or the node refused (`code`
 *   `failed` or `unknown-name`)
 */
export async function askControlSocket(path: string, request: ControlRequest, signal?: AbortSignal): Promise<unknown> {
  const response = decodeControlResponse(await exchange(path, encodeControlRequest(request), signal));
  if (response === undefined) throw new Error(`${path} gave an answer that this flor does not understand`);
  if ("error" in response) throw Object.assign(new Error(response.error.message), { code: response.error.code });
  return response.result;
}

function exchange(path: string, line: string, signal: AbortSignal | undefined): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket: Socket = connect({ path, ...(signal && { signal }) }, () => socket.write(line));
  const chunks: Buffer[] = [];
  let octets = 0;
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error(`${path} did not answer in time`)));
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    octets += chunk.length;
    if (octets > ANSWER_MAX_OCTETS) socket.destroy(new Error(`${path} gave an endless answer`));
    else if (chunk.includes("\n")) {
      resolve(Buffer.concat(chunks).toString("utf8"));
      socket.destroy();
    }
  });
  socket.on("error", reject);
  socket.on("close", () => reject(new Error(`${path} closed without an answer`)));
  return promise;
}
