import { equal, ok } from "node:assert/strict";
import type { Socks5Case } from "./socks5-case.ts";
import {
  credentialsFor,
  dialProxy,
  expectAlive,
  greetingFor,
  openFlow,
  type Socks5CaseTarget,
  stageRequest,
} from "./socks5-dialogue.ts";

const SILENT_CLIENTS = 500;
/** A timer may ring a little early, by the other end's clock. */
const EARLY_MS = 100;

/** Clients that mean no good. */
export const hostileCases: readonly Socks5Case[] = [
  {
    name: "56: a client that stops at any octet is closed at the handshake's deadline",
    needs: "deadline",
    run: async (target) => {
      const octets = Buffer.concat([greetingFor(target), credentialsFor(target), stageRequest(target)]);
      const lengths = Array.from({ length: octets.length }, (_, length) => length);
      await Promise.all(lengths.map(async (length) => expectDeadline(target, octets.subarray(0, length))));
      equal(target.stage.waitingConnections, 0, "connections at the stage");
    },
  },
  {
    name: `57: ${SILENT_CLIENTS} clients that say nothing keep nobody out`,
    run: async (target) => {
      // A server may let some of them go; then they are not kept either.
      await Promise.allSettled(Array.from({ length: SILENT_CLIENTS }, async () => dialProxy(target)));
      await expectAlive(await openFlow(target));
    },
  },
  {
    name: "57: clients that reset at any octet harm nobody",
    run: async (target) => {
      const octets = Buffer.concat([greetingFor(target), credentialsFor(target), stageRequest(target)]);
      for (let length = 0; length <= octets.length; length++) {
        const client = await dialProxy(target);
        await client.send(octets.subarray(0, length));
        client.socket.resetAndDestroy();
      }
      target.stage.clear();
      await expectNextFlow(target);
    },
  },
];

async function expectDeadline(target: Socks5CaseTarget, octets: Uint8Array): Promise<void> {
  // Before the server can know of the client: however late this end is, the server's time began later.
  const startedAt = performance.now();
  const client = await dialProxy(target);
  // On a machine that stood still the time may be over before this end has written.
  await client.send(octets).catch(() => {});
  await client.readToEnd();
  const tookMs = performance.now() - startedAt;
  const timeoutMs = target.handshakeTimeoutMs ?? 0;
  ok(tookMs > timeoutMs - EARLY_MS, `closed after ${tookMs} ms: not before ${timeoutMs} ms expected`);
}

/** A flow that carries octets, whatever connections of the reset clients still arrive at the stage before it. */
async function expectNextFlow(target: Socks5CaseTarget): Promise<void> {
  const { client, accepted } = await openFlow(target);
  await client.send(Buffer.from("ping"));
  for (let candidate = accepted; ; candidate = await target.stage.accept()) {
    const octets = await candidate.read(4).catch(() => undefined);
    if (octets?.toString() === "ping") return;
  }
}
