import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogRing } from "@flor/host";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ANSWER_MAX_OCTETS, askControlSocket } from "./control-client.ts";
import { LOGS_WAIT_MAX_MS, logsAfter } from "./logs-answer.ts";

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-answers-"));
});

afterEach(() => {
  vi.useRealTimers();
  server?.close();
  rmSync(folder, { recursive: true });
});

/** Asks a node that answers with a text of so many octets. */
async function answerOf(octets: number): Promise<unknown> {
  const head = '{"result":"';
  const line = `${head}${"x".repeat(octets - head.length - 3)}"}\n`;
  server = createServer((client) => void client.on("error", () => {}).end(line));
  const path = join(folder, "node.sock");
  server.listen(path);
  await once(server, "listening");
  return askControlSocket(path, { method: "status", params: {} });
}

test("an answer of 64 MiB is read", async () => {
  expect(await answerOf(ANSWER_MAX_OCTETS)).toHaveLength(ANSWER_MAX_OCTETS - 14);
});

test("an answer of one octet more is refused", async () => {
  await expect(answerOf(ANSWER_MAX_OCTETS + 1)).rejects.toThrow("gave an endless answer");
});

test("who waits for the next line of the log is answered after three seconds", async () => {
  vi.useFakeTimers();
  let answers = 0;
  const answer = logsAfter(new LogRing(), { after: 0, level: 0, wait: true }).then(() => (answers += 1));
  await vi.advanceTimersByTimeAsync(LOGS_WAIT_MAX_MS - 1);
  expect(answers).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  await answer;
  expect(answers).toBe(1);
});
