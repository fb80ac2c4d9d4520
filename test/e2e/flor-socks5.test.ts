/** The SOCKS5 cases against two nodes and their links: everything between the client and the target is flor's. */
import { networkInterfaces } from "node:os";
import { expectNoLeak, type Holdings, holdingsOf } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FlorPair, type PairUser } from "./flor-pair.ts";
import { casesFor, runSocks5Case, type Socks5CaseTarget, Stage } from "./socks5-cases.ts";

/** More than the handshake's deadline of 10 s, for which some cases wait. */
const PATIENCE_MS = 100_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** TEST-NET-1 (RFC 5737): special, and so closed to `*`. */
const FORBIDDEN = [192, 0, 2, 1];
const user: PairUser = { name: "alice", password: "wonderland" };
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

const ofBoth = ["name", "unknown name", "forbidden", "deadline"] as const;
const pairs = [
  { title: "two nodes", users: undefined, features: [...ofBoth, "everybody"] as const },
  { title: "two nodes, with users", users: [user], features: [...ofBoth, "users"] as const },
];

describe.each(pairs)("$title", ({ users, features }) => {
  let pair: FlorPair;
  let target: Socks5CaseTarget;
  const heldBefore = new Map<number, Holdings>();

  beforeAll(async () => {
    const stage = await Stage.start({ patienceMs: PATIENCE_MS, ...(hasIpv6 ? { ipv6Address: "::1" } : {}) });
    pair = await FlorPair.start(users === undefined ? {} : { users });
    target = {
      host: "127.0.0.1",
      port: pair.socksPort,
      user: users?.[0],
      stage,
      stageName: "localhost",
      unknownName: "nowhere.invalid",
      forbidden: { address: FORBIDDEN, port: 80 },
      handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
      patienceMs: PATIENCE_MS,
    };
    for (const { process } of [pair.near, pair.far]) heldBefore.set(process.pid, holdingsOf(process.pid));
  });

  afterAll(async () => {
    await target.stage.stop();
    await pair[Symbol.asyncDispose]();
  });

  const cases = casesFor([...features, ...(hasIpv6 ? (["ipv6"] as const) : [])]);
  test.for(cases)("$name", async (socks5Case) => {
    const localAddress = `127.0.1.${cases.indexOf(socks5Case) + 1}`;
    await expect(runSocks5Case(socks5Case, { ...target, localAddress })).resolves.toBeUndefined();
  });

  test("holds in the end what it held in the beginning", async () => {
    for (const [pid, before] of heldBefore) await expectNoLeak(pid, before);
    for (const node of [pair.near, pair.far]) expect((await node.status())?.flows.open).toBe(0);
  });
});
