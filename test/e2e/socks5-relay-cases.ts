import { createHash } from "node:crypto";
import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { placedOctets } from "./placed-octets.ts";
import type { RawConnection } from "./raw-connection.ts";
import type { Socks5Case } from "./socks5-case.ts";
import { dialProxy, expectAlive, negotiate, openFlow, stageRequest } from "./socks5-dialogue.ts";

const BULK_OCTETS = 10_000_000;
const FLOW_BUFFER_MAX_OCTETS = 64 * 1024 * 1024;
const CHUNK_OCTETS = 1024 * 1024;
/** A writer that has gone nowhere for this long is stalled. */
const STALLED_AFTER_MS = 500;

/** What a flow does once it is open. */
export const relayCases: readonly Socks5Case[] = [
  {
    name: "39: 10 MB in each direction at once arrive intact",
    run: async (target) => {
      const { client, accepted } = await openFlow(target);
      await Promise.all([sendAndEnd(client), sendAndEnd(accepted), expectBulk(client), expectBulk(accepted)]);
    },
  },
  {
    name: "39: after the client's FIN the target still sends 10 MB",
    run: async (target) => {
      const { client, accepted } = await openFlow(target);
      client.socket.end("GET");
      deepEqual(await accepted.readToEnd(), { octets: Buffer.from("GET"), ending: "end" });
      await Promise.all([sendAndEnd(accepted), expectBulk(client)]);
    },
  },
  {
    name: "40: after the target's FIN the client still sends 10 MB",
    run: async (target) => {
      const { client, accepted } = await openFlow(target);
      accepted.socket.end("220");
      deepEqual(await client.readToEnd(), { octets: Buffer.from("220"), ending: "end" });
      await Promise.all([sendAndEnd(client), expectBulk(accepted)]);
    },
  },
  {
    name: "40: a FIN that comes with the request ends the target's direction, after the payload",
    run: async (target) => {
      const client = await dialProxy(target);
      await negotiate(target, client);
      client.socket.end(Buffer.concat([stageRequest(target), placedOctets(1000)]));
      const accepted = await target.stage.accept();
      deepEqual(await accepted.readToEnd(), { octets: placedOctets(1000), ending: "end" });
      accepted.socket.end("bye");
      const { octets, ending } = await client.readToEnd();
      equal(octets.subarray(-3).toString(), "bye");
      equal(ending, "end");
    },
  },
  {
    name: "41: a client's RST is a RST at the target",
    run: async (target) => {
      const flow = await openFlow(target);
      await expectAlive(flow);
      flow.client.socket.resetAndDestroy();
      equal((await flow.accepted.readToEnd()).ending, "reset");
    },
  },
  {
    name: "41: a target's RST is a RST at the client",
    run: async (target) => {
      const flow = await openFlow(target);
      await expectAlive(flow);
      flow.accepted.socket.resetAndDestroy();
      equal((await flow.client.readToEnd()).ending, "reset");
    },
  },
  {
    name: "41: a target's RST after the client's FIN is a RST at the client",
    run: async (target) => {
      const { client, accepted } = await openFlow(target);
      client.socket.end("x");
      equal((await accepted.readToEnd()).ending, "end");
      accepted.socket.resetAndDestroy();
      equal((await client.readToEnd()).ending, "reset");
    },
  },
  {
    name: "42: both sides that end at once both see FIN",
    run: async (target) => {
      const { client, accepted } = await openFlow(target);
      client.socket.end("a");
      accepted.socket.end("b");
      deepEqual(await accepted.readToEnd(), { octets: Buffer.from("a"), ending: "end" });
      deepEqual(await client.readToEnd(), { octets: Buffer.from("b"), ending: "end" });
    },
  },
  {
    name: "43: 10 MB that a target leaves behind when it closes reach a client that reads late",
    run: async (target) => {
      const { client, accepted } = await openFlow(target);
      client.socket.pause();
      await Promise.all([sendAndEnd(accepted), expectBulkLate(client)]);
    },
  },
  {
    name: "44, 45: a client that reads nothing stops the target within the buffers, disturbs no other flow, loses nothing",
    run: async (target) => {
      const { client, accepted } = await openFlow(target);
      await expectStall(accepted, client, target.flowBufferMaxOctets, async () => expectAlive(await openFlow(target)));
    },
  },
  {
    name: "44, 46: a target that reads nothing stops the client within the buffers, disturbs no other flow, loses nothing",
    run: async (target) => {
      const { client, accepted } = await openFlow(target);
      await expectStall(client, accepted, target.flowBufferMaxOctets, async () => expectAlive(await openFlow(target)));
    },
  },
];

async function sendAndEnd(connection: RawConnection): Promise<void> {
  await connection.send(placedOctets(BULK_OCTETS));
  connection.socket.end();
}

async function expectBulk(connection: RawConnection): Promise<void> {
  const { octets, ending } = await connection.readToEnd();
  equal(ending, "end");
  equal(octets.length, BULK_OCTETS, "octets of the transfer");
  ok(octets.equals(placedOctets(BULK_OCTETS)), "the octets are the ones that were sent");
}

async function expectBulkLate(paused: RawConnection): Promise<void> {
  await delay(STALLED_AFTER_MS);
  paused.socket.resume();
  await expectBulk(paused);
}

/** Writes until nothing goes on, looks at the others meanwhile, then reads everything. */
async function expectStall(
  writer: RawConnection,
  reader: RawConnection,
  flowBufferMaxOctets: number | undefined,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const bound = flowBufferMaxOctets ?? FLOW_BUFFER_MAX_OCTETS;
  reader.socket.pause();
  const written = createHash("sha256");
  let octets = 0;
  let last = Promise.resolve();
  for (let isStalled = false; !isStalled;) {
    ok(octets <= bound, `${octets} octets were taken for a reader that reads nothing: at most ${bound} expected`);
    const chunk = placedOctets(CHUNK_OCTETS).fill(octets / CHUNK_OCTETS, 0, 4);
    written.update(chunk);
    octets += chunk.length;
    last = writer.send(chunk);
    isStalled = await Promise.race([last.then(() => false), delay(STALLED_AFTER_MS, true)]);
  }
  await Promise.all([last, meanwhile().then(() => reader.socket.resume())]);
  writer.socket.end();
  const { octets: read, ending } = await reader.readToEnd();
  equal(ending, "end");
  equal(read.length, octets, "octets in all");
  equal(createHash("sha256").update(read).digest("hex"), written.digest("hex"), "hash of the octets");
}
