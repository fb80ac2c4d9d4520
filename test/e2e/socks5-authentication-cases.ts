import { deepEqual, equal, notEqual } from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Socks5Case } from "./socks5-case.ts";
import {
  ask,
  credentials,
  credentialsFor,
  dialProxy,
  expectClosed,
  expectSelection,
  greetingFor,
  type Socks5CaseTarget,
  stageRequest,
} from "./socks5-dialogue.ts";

/** How long a forbidden connection is given to appear at the stage. */
const BYPASS_MS = 100;

/** What a client may send where credentials are due, and must not get in with. */
const denials: readonly (readonly [name: string, octets: (name: string, password: string) => Uint8Array])[] = [
  ["7: credentials of version 05", (name, password) => withVersion(credentials(name, password), 5)],
  ["12: credentials of sub-negotiation version 02", (name, password) => withVersion(credentials(name, password), 2)],
  ["8: a user name of no octets", (_, password) => credentials("", password)],
  ["9: a password of no octets", (name) => credentials(name, "")],
  ["10: name and password of 255 octets", () => credentials("n".repeat(255), "p".repeat(255))],
  ["11: a wrong password", (name, password) => credentials(name, `${password}x`)],
  ["11: an unknown user", (name, password) => credentials(`${name}x`, password)],
];

/** RFC 1929. They apply to a listener with users, but for the last. */
export const authenticationCases: readonly Socks5Case[] = [
  ...denials.map(([name, octets]) => ({
    name: `${name}: denied and closed`,
    needs: "users" as const,
    run: async (target: Socks5CaseTarget) => {
      const client = await dialProxy(target);
      await client.send(greetingFor(target));
      await expectSelection(target, client);
      await client.send(octets(target.user?.name ?? "", target.user?.password ?? ""));
      const [version, status] = await client.read(2);
      equal(version, 1, "version of the status");
      notEqual(status, 0, "status");
      await expectClosed(client);
    },
  })),
  {
    name: "13: a request in place of credentials reaches nothing (CVE-2023-43644 class)",
    needs: "users",
    run: async (target) => expectNoBypass(target, greetingFor(target), stageRequest(target)),
  },
  {
    name: "13: a request behind wrong credentials reaches nothing, in one segment",
    needs: "users",
    run: async (target) => expectNoBypass(target, greetingFor(target), credentials("x", "y"), stageRequest(target)),
  },
  {
    name: "13: a request behind a refused greeting reaches nothing",
    needs: "users",
    run: async (target) => expectNoBypass(target, Uint8Array.of(5, 1, 0), stageRequest(target)),
  },
  {
    name: "13: a second greeting undoes nothing",
    needs: "users",
    run: async (target) =>
      expectNoBypass(target, greetingFor(target), Uint8Array.of(5, 1, 0), stageRequest(target), credentialsFor(target)),
  },
  {
    name: "14: credentials after NO AUTHENTICATION are a malformed request: no flow, closed",
    needs: "everybody",
    run: async (target) => {
      const { code, client } = await ask(target, credentials("alice", "wonderland"));
      equal(code, 1, "reply code");
      await expectClosed(client);
      equal(target.stage.waitingConnections, 0);
    },
  },
];

function withVersion(octets: Uint8Array, version: number): Uint8Array {
  return octets.with(0, version);
}

async function expectNoBypass(target: Socks5CaseTarget, ...parts: Uint8Array[]): Promise<void> {
  const client = await dialProxy(target);
  await client.send(...parts);
  const { octets } = await client.readToEnd();
  equal(octets.includes(Uint8Array.of(5, 0, 0)), false, `a success in ${octets.toString("hex")}`);
  await delay(BYPASS_MS);
  deepEqual(target.stage.waitingConnections, 0, "connections at the stage");
}
