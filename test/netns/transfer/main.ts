/** Does the transfers of its argument at once, and prints their outcomes: a client for a namespace. */
import { seededChunks, seededHash, type TcpClient } from "@flor/testkit";
import { openThrough } from "../../e2e/connect-through.ts";
import type { Transfer, TransferOutcome } from "./order.ts";

const PATIENCE_MS = 250_000;

async function carry(transfer: Transfer): Promise<TransferOutcome> {
  const started = performance.now();
  const problem = await problemOf(transfer).catch(String);
  const milliseconds = Math.round(performance.now() - started);
  return { isWhole: problem === undefined, milliseconds, ...(problem === undefined ? {} : { problem }) };
}

async function problemOf(transfer: Transfer): Promise<string | undefined> {
  using client = await openThrough(transfer.socksPort, transfer, PATIENCE_MS);
  const { octets, seed } = transfer;
  const seen = transfer.direction === "down" ? await download(client) : await upload(client, transfer);
  const end = await client.ended;
  if (!seen.startsWith(`${octets} `)) return `${octets} octets expected, ${seen} came, then ${end}`;
  // Not before: it takes as long as a transfer.
  return seen === `${octets} ${seededHash(seed, octets)}`
    ? undefined
    : `${octets} octets came, not those that were sent`;
}

async function download(client: TcpClient): Promise<string> {
  const { octets, sha256 } = await client.hashToEnd(PATIENCE_MS);
  client.end();
  return `${octets} ${sha256}`;
}

/** The sink at the other end says what it got. */
async function upload(client: TcpClient, { seed, octets }: Transfer): Promise<string> {
  for (const chunk of seededChunks(seed, octets)) {
    if (!client.socket.writable) break;
    await client.write(chunk);
  }
  client.end();
  return Buffer.from(await client.readToEnd(PATIENCE_MS))
    .toString()
    .trimEnd();
}

const transfers = JSON.parse(process.argv[2] ?? "[]") as readonly Transfer[];
process.stdout.write(`${JSON.stringify(await Promise.all(transfers.map(carry)))}\n`);
