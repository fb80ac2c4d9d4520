import { deepEqual, equal } from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { placedOctets } from "./placed-octets.ts";
import type { RawConnection } from "./raw-connection.ts";
import type { Socks5Case } from "./socks5-case.ts";
import {
  credentialsFor,
  dialProxy,
  expectAlive,
  expectAuthenticated,
  expectClosed,
  expectSelection,
  expectSucceeded,
  greetingFor,
  type Socks5CaseTarget,
  stageRequest,
} from "./socks5-dialogue.ts";

/** Long enough that two writes are two reads, on a machine that is not overloaded. */
const BETWEEN_SEGMENTS_MS = 4;
const NONE_ACCEPTABLE = [5, 0xff];

/** Greeting, splits and pipelining. */
export const negotiationCases: readonly Socks5Case[] = [
  ...[0, 6].map((version) => ({
    name: `1: a greeting of version ${version} is closed without an answer`,
    run: async (target: Socks5CaseTarget) => {
      const client = await dialProxy(target);
      await client.send(Uint8Array.of(version, 1, 0));
      await expectClosed(client);
    },
  })),
  {
    name: "2: a greeting without methods is answered FF and closed",
    run: async (target) => expectNoneAcceptable(target, Uint8Array.of(5, 0)),
  },
  {
    name: "3: an acceptable method is found as the last of 255",
    run: async (target) => {
      const client = await dialProxy(target);
      await client.send(Uint8Array.of(5, 255, ...Array<number>(254).fill(0x80), greetingFor(target)[2] ?? 0));
      await expectSelection(target, client);
    },
  },
  {
    name: "4: without an acceptable method the answer is FF, and then it is closed",
    run: async (target) => expectNoneAcceptable(target, Uint8Array.of(5, 2, 1, 0x80)),
  },
  {
    name: "4: no authentication is not acceptable where users are required",
    needs: "users",
    run: async (target) => expectNoneAcceptable(target, Uint8Array.of(5, 1, 0)),
  },
  {
    name: "5: duplicate methods are one",
    run: async (target) => {
      const client = await dialProxy(target);
      const method = greetingFor(target)[2] ?? 0;
      await client.send(Uint8Array.of(5, 3, method, method, method));
      await expectSelection(target, client);
    },
  },
  {
    name: "6: octets one by one make the same flow",
    run: async (target) => {
      const client = await dialProxy(target);
      for (const message of [greetingFor(target), credentialsFor(target), stageRequest(target)])
        for (const octet of message) {
          await client.send(Uint8Array.of(octet));
          await delay(BETWEEN_SEGMENTS_MS);
        }
      await expectFlow(target, client, Buffer.alloc(0));
    },
  },
  {
    name: "6: every split of a conversation makes the same flow",
    run: async (target) => {
      const octets = Buffer.concat([
        greetingFor(target),
        credentialsFor(target),
        stageRequest(target),
        placedOctets(3),
      ]);
      for (let cut = 1; cut < octets.length; cut++) {
        const client = await dialProxy(target);
        await client.send(octets.subarray(0, cut));
        await delay(BETWEEN_SEGMENTS_MS);
        await client.send(octets.subarray(cut));
        await expectFlow(target, client, placedOctets(3));
        client.destroy();
      }
    },
  },
  {
    name: "27: greeting and request in one segment",
    run: async (target) => {
      const client = await dialProxy(target);
      await client.send(greetingFor(target), credentialsFor(target), stageRequest(target));
      await expectFlow(target, client, Buffer.alloc(0));
    },
  },
  ...[1, 1_000, 60_000].map((octets) => ({
    name: `28: greeting, credentials, request and ${octets} octets of payload in one segment: the payload arrives intact`,
    run: async (target: Socks5CaseTarget) => {
      const client = await dialProxy(target);
      await client.send(greetingFor(target), credentialsFor(target), stageRequest(target), placedOctets(octets));
      await expectFlow(target, client, placedOctets(octets));
    },
  })),
  {
    name: "29: request and payload in one segment, after the negotiation",
    run: async (target) => {
      const client = await dialProxy(target);
      await client.send(greetingFor(target));
      await expectSelection(target, client);
      if (target.user === undefined) await client.send(stageRequest(target), placedOctets(100));
      else await client.send(credentialsFor(target), stageRequest(target), placedOctets(100));
      await expectAuthenticated(target, client);
      await expectSucceeded(client);
      deepEqual(await (await target.stage.accept()).read(100), placedOctets(100));
    },
  },
  {
    name: "30: the target's first octets come after the reply",
    run: async (target) => {
      const client = await dialProxy(target);
      await client.send(greetingFor(target));
      await expectSelection(target, client);
      await client.send(credentialsFor(target));
      await expectAuthenticated(target, client);
      await client.send(stageRequest(target));
      const accepted = await target.stage.accept();
      await accepted.send(Buffer.from("220 hello\r\n"));
      await expectSucceeded(client);
      equal((await client.read(11)).toString(), "220 hello\r\n");
    },
  },
  {
    name: "31: 10 MB of payload that does not wait for the reply arrive intact",
    run: async (target) => {
      const client = await dialProxy(target);
      const octets = placedOctets(10_000_000);
      const sent = client.send(greetingFor(target), credentialsFor(target), stageRequest(target), octets);
      await Promise.all([sent, expectFlow(target, client, octets)]);
    },
  },
];

async function expectNoneAcceptable(target: Socks5CaseTarget, greeting: Uint8Array): Promise<void> {
  const client = await dialProxy(target);
  await client.send(greeting);
  deepEqual([...(await client.read(2))], NONE_ACCEPTABLE);
  await expectClosed(client);
}

/** Expects selection, status and success, `first` at the stage, nothing besides, and a flow that echoes. */
async function expectFlow(target: Socks5CaseTarget, client: RawConnection, first: Buffer): Promise<void> {
  await expectSelection(target, client);
  await expectAuthenticated(target, client);
  await expectSucceeded(client);
  const accepted = await target.stage.accept();
  equal((await accepted.read(first.length)).equals(first), true, "the payload is intact");
  await expectAlive({ client, accepted });
  deepEqual([client.waitingOctets, accepted.waitingOctets], [0, 0], "octets that nobody sent");
}
