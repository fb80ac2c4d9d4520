import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { BlockList } from "node:net";
import { networkInterfaces } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Socks5Users } from "../../packages/socks5/src/index.ts";
import { portOf, startDirectSocks5Server } from "./direct-socks5-server.ts";
import { microsocksDifferences, microsocksRaces } from "./microsocks-differences.ts";
import { RawConnection } from "./raw-connection.ts";
import { runSocks5Case, type Socks5Case, socks5Cases, type Socks5CaseTarget, Stage } from "./socks5-cases.ts";

/** A running SOCKS5 server, and what the cases need to know of it. */
interface Served extends Partial<Socks5CaseTarget> {
  readonly port: number;
  readonly stop: () => void;
}

const HANDSHAKE_TIMEOUT_MS = 500;
const FORBIDDEN = [192, 0, 2, 1];
const user = { name: "alice", password: "wonderland" };
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const hasMicrosocks = spawnSync("microsocks", ["-h"]).error === undefined;

const servers = [
  { title: "the SOCKS5 machine on sockets", serve: serveEverybody, patienceMs: 5000, differences: {}, races: [] },
  { title: "the SOCKS5 machine with users", serve: serveUsers, patienceMs: 5000, differences: {}, races: [] },
  {
    title: "microsocks, to test the suite",
    serve: serveMicrosocks,
    patienceMs: 1000,
    differences: microsocksDifferences,
    races: microsocksRaces,
  },
];

describe.each(servers.filter(({ serve }) => serve !== serveMicrosocks || hasMicrosocks))(
  "$title",
  ({ serve, patienceMs, differences, races }) => {
    let served: Served;
    let target: Socks5CaseTarget;

    beforeAll(async () => {
      const stage = await Stage.start({ patienceMs, ...(hasIpv6 ? { ipv6Address: "::1" } : {}) });
      served = await serve();
      const local = { host: "127.0.0.1", stage, stageName: "localhost", unknownName: "nowhere.invalid", patienceMs };
      target = { ...local, ...served };
    });

    afterAll(async () => {
      await target.stage.stop();
      served.stop();
    });

    it.for(socks5Cases.filter(({ name }) => !races.includes(name)))("$name", async (socks5Case, { skip }) => {
      skip(socks5Case.applies?.(target) === false, "needs what this server has not");
      const expected = socks5Case.name in differences ? /^failed: / : /^passed$/;
      expect(await outcomeOf(socks5Case, target)).toMatch(expected);
    });
  },
);

describe("the list of differences", () => {
  it("names only cases that there are", () => {
    const names = new Set(socks5Cases.map(({ name }) => name));
    expect([...Object.keys(microsocksDifferences), ...microsocksRaces].filter((name) => !names.has(name))).toEqual([]);
    expect(names.size).toBe(socks5Cases.length);
  });
});

async function serveEverybody(): Promise<Served> {
  const forbidden = new BlockList();
  forbidden.addAddress(FORBIDDEN.join("."));
  const server = await startDirectSocks5Server({ handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS, forbidden });
  return {
    port: portOf(server),
    stop: () => server.close(),
    handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
    forbidden: { address: FORBIDDEN, port: 80 },
  };
}

async function serveUsers(): Promise<Served> {
  const users = new Socks5Users(new Map([[user.name, user.password]]));
  const server = await startDirectSocks5Server({ handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS, users });
  return { port: portOf(server), stop: () => server.close(), handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS, user };
}

async function serveMicrosocks(): Promise<Served> {
  const port = await freePort();
  const child = spawn("microsocks", ["-i", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  for (;;) {
    const connection = await RawConnection.connect("127.0.0.1", port, 1000).catch(() => undefined);
    connection?.destroy();
    if (connection !== undefined) return { port, stop: () => child.kill() };
    await delay(10);
  }
}

async function freePort(): Promise<number> {
  const server = await startDirectSocks5Server({});
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

async function outcomeOf(socks5Case: Socks5Case, target: Socks5CaseTarget): Promise<string> {
  return runSocks5Case(socks5Case, target).then(
    () => "passed",
    (error: unknown) => `failed: ${String(error)}`,
  );
}
