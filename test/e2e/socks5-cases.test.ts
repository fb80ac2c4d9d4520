import { spawn, spawnSync } from "node:child_process";
import { BlockList } from "node:net";
import { networkInterfaces } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDirectSocks5Server } from "./direct-socks5-server.ts";
import { microsocksDifferences, microsocksRaces } from "./microsocks-differences.ts";
import { RawConnection } from "./raw-connection.ts";
import {
  casesFor,
  runSocks5Case,
  type Socks5Case,
  socks5Cases,
  type Socks5Feature,
  type Socks5CaseTarget,
  Stage,
} from "./socks5-cases.ts";

/** A running SOCKS5 server, and what the cases need to know of it. */
interface Served extends Partial<Socks5CaseTarget> {
  readonly port: number;
  readonly stop: () => void;
}

/** A SOCKS5 server to be tried. */
interface Server {
  readonly title: string;
  readonly serve: () => Promise<Served>;
  readonly cases: readonly Socks5Case[];
  /** Cases that end otherwise here, and how. */
  readonly differences: Readonly<Record<string, string>>;
  /** Cases whose outcome is chance here. */
  readonly races: readonly string[];
}

/** Server and clients are one process here: what keeps it from running must not use up the time of a handshake. */
const HANDSHAKE_TIMEOUT_MS = 100_000;
const SHORT_HANDSHAKE_TIMEOUT_MS = 2000;
const FORBIDDEN = [192, 0, 2, 1];
const user = { name: "alice", password: "wonderland" };
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const hasMicrosocks = spawnSync("microsocks", ["-h"]).error === undefined;

const ofAll: readonly Socks5Feature[] = ["name", "unknown name", ...(hasIpv6 ? (["ipv6"] as const) : [])];
const casesOfDeadline = socks5Cases.filter(({ needs }) => needs === "deadline");
const machine = { differences: {}, races: [] };
/** An answer that comes at all comes at once; a busy machine takes longer. */
const PATIENCE_MS = 100_000;
/** For answers that are known not to come. */
const HASTE_MS = 1000;

const servers: readonly Server[] = [
  {
    title: "the SOCKS5 machine on sockets",
    serve: () => serveEverybody(HANDSHAKE_TIMEOUT_MS),
    cases: casesFor([...ofAll, "everybody", "forbidden"]),
    ...machine,
  },
  {
    title: "the SOCKS5 machine with users",
    serve: () => serveUsers(HANDSHAKE_TIMEOUT_MS),
    cases: casesFor([...ofAll, "users"]),
    ...machine,
  },
  {
    title: "the SOCKS5 machine in a hurry",
    serve: () => serveEverybody(SHORT_HANDSHAKE_TIMEOUT_MS),
    cases: casesOfDeadline,
    ...machine,
  },
  {
    title: "the SOCKS5 machine with users, in a hurry",
    serve: () => serveUsers(SHORT_HANDSHAKE_TIMEOUT_MS),
    cases: casesOfDeadline,
    ...machine,
  },
  {
    title: "microsocks, to test the suite",
    serve: serveMicrosocks,
    cases: casesFor([...ofAll, "everybody"]),
    differences: microsocksDifferences,
    races: microsocksRaces,
  },
];

describe.each(servers.filter(({ serve }) => serve !== serveMicrosocks || hasMicrosocks))(
  "$title",
  ({ serve, cases, differences, races }) => {
    let served: Served;
    let patient: Socks5CaseTarget;
    let hasty: Socks5CaseTarget;

    beforeAll(async () => {
      served = await serve();
      patient = { ...(await localTarget(PATIENCE_MS)), ...served };
      hasty = { ...(await localTarget(HASTE_MS)), ...served };
    });

    afterAll(async () => {
      await patient.stage.stop();
      await hasty.stage.stop();
      served.stop();
    });

    it.for(cases.filter(({ name }) => !races.includes(name)))("$name", async (socks5Case) => {
      const isDifferent = socks5Case.name in differences;
      const outcome = await outcomeOf(socks5Case, isDifferent ? hasty : patient);
      expect(outcome).toMatch(isDifferent ? /^failed: / : /^passed$/);
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

async function localTarget(patienceMs: number): Promise<Omit<Socks5CaseTarget, "port">> {
  const stage = await Stage.start({ patienceMs, ...(hasIpv6 ? { ipv6Address: "::1" } : {}) });
  return { host: "127.0.0.1", stage, stageName: "localhost", unknownName: "nowhere.invalid", patienceMs };
}

async function serveEverybody(handshakeTimeoutMs: number): Promise<Served> {
  const forbidden = new BlockList();
  forbidden.addAddress(FORBIDDEN.join("."));
  const server = await startDirectSocks5Server({ handshakeTimeoutMs, forbidden });
  return {
    port: server.port,
    stop: () => void server.close(),
    handshakeTimeoutMs,
    forbidden: { address: FORBIDDEN, port: 80 },
  };
}

async function serveUsers(handshakeTimeoutMs: number): Promise<Served> {
  const users = new Map([[user.name, user.password]]);
  const server = await startDirectSocks5Server({ handshakeTimeoutMs, users });
  return { port: server.port, stop: () => void server.close(), handshakeTimeoutMs, user };
}

async function serveMicrosocks(): Promise<Served> {
  const port = await freePort();
  const child = spawn("microsocks", ["-i", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  for (;;) {
    const connection = await RawConnection.connect("127.0.0.1", port, PATIENCE_MS).catch(() => undefined);
    connection?.destroy();
    if (connection !== undefined) return { port, stop: () => child.kill() };
    await delay(10);
  }
}

async function outcomeOf(socks5Case: Socks5Case, target: Socks5CaseTarget): Promise<string> {
  return runSocks5Case(socks5Case, target).then(
    () => "passed",
    (error: unknown) => `failed: ${String(error)}`,
  );
}
