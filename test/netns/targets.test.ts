/** Targets that refuse, are not there, are slow, reset, or vanish; and clients that vanish. */
import {
  connectVeth,
  expectNoLeak,
  Firewall,
  type Holdings,
  holdingsOf,
  Namespace,
  type ServerSpec,
  startServer,
} from "@flor/testkit";
import { type KernelSocket, type Reading, until } from "@flor/testkit/kernel-socket";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { through } from "./tcp-ends-table.ts";
import type { TransferOutcome } from "./transfer/order.ts";
import { runTransfers, startTransfers } from "./transfer/transfer.ts";
import { TwoNamespaces } from "./two-namespaces.ts";

const SEED = 5;
/** A machine behind far. */
const BEHIND = "10.88.0.2";
/** On far's own network, where nobody has it. */
const NOBODY = "10.77.0.99";
/** A network to which far has no route. */
const NOWHERE = "198.18.0.1";
/** TCP asks an idle peer after 60 s, ten times, one second apart. */
const KEEP_ALIVE_ENDS_MS = 200_000;
/** A kernel sends so many SYNs, which takes it a quarter of an hour: far gives up before, after 15 s. */
const SYN_RETRIES = 9;

let network: TwoNamespaces;
let behind: Namespace;
let held: readonly [Holdings, Holdings];

beforeAll(async () => {
  network = await TwoNamespaces.open({
    connect: async (left, right) => void (await connectVeth(left, right)),
    allow: ["10.77.0.2", NOBODY, NOWHERE, BEHIND],
  });
  behind = await Namespace.create("behind");
  await connectVeth(
    { namespace: network.right, addresses: ["10.88.0.1/24"] },
    { namespace: behind, addresses: [`${BEHIND}/24`] },
  );
  // Retransmissions give up after about two seconds rather than a quarter of an hour.
  for (const namespace of [network.left, network.right]) await namespace.sysctl("net.ipv4.tcp_retries2", 3);
  await network.right.sysctl("net.ipv4.tcp_syn_retries", SYN_RETRIES);
});

afterAll(async () => {
  await network[Symbol.asyncDispose]();
  await behind[Symbol.asyncDispose]();
});

beforeEach(() => {
  held = [holdingsOf(network.near.process.pid), holdingsOf(network.far.process.pid)];
});

afterEach(async () => {
  await expectNoLeak(network.near.process.pid, held[0], 120_000);
  await expectNoLeak(network.far.process.pid, held[1], 120_000);
});

/** A download of so many octets from a target. */
async function download(host: string, port: number, octets = 1000): Promise<TransferOutcome> {
  const order = { socksPort: network.socksPort, direction: "down", host, port, seed: SEED, octets } as const;
  const [outcome] = await runTransfers(network.left, [order]);
  return outcome!;
}

async function downloadFrom(spec: ServerSpec, octets?: number): Promise<TransferOutcome> {
  await using server = await startServer(network.right, { ...spec, host: network.address });
  return await download(network.address, server.port, octets);
}

describe("a target that", () => {
  test("refuses is told with reply 05", async () => {
    expect((await download(network.address, 9)).problem).toContain("SOCKS5 reply 5");
  });

  test("no route leads to is told with reply 03", async () => {
    expect((await download(NOWHERE, 9)).problem).toContain("SOCKS5 reply 3");
  });

  test("does not answer ARP is told with reply 04", async () => {
    expect((await download(NOBODY, 9)).problem).toContain("SOCKS5 reply 4");
  });

  test("swallows every packet is told with reply 04 in time", async () => {
    const firewall = new Firewall(behind);
    await firewall.add("tcp dport 9 drop");
    const { problem } = await download(BEHIND, 9);
    await firewall.clear();
    expect(problem).toContain("SOCKS5 reply 4");
  });

  test("is slow is waited for", async () => {
    const slow = { kind: "slow", seed: SEED, octets: 3000, chunkOctets: 100, intervalMs: 50 } as const;
    expect(await downloadFrom(slow, 3000)).toMatchObject({ isWhole: true });
  });

  test("resets at once resets the client", async () => {
    await using server = await startServer(network.right, { kind: "resetting", afterOctets: 0, host: network.address });
    const dial = through(network.socksPort, network.left.name, network.address);
    const look = async (): Promise<Reading> => {
      using client = await dial(server.port);
      return await until(() => endOf(client), "an end", 200_000);
    };
    // Before the connection stands, or before the news of it is out, it is a failure to connect.
    expect(String(await look().catch(String))).toMatch(/ECONNRESET|SOCKS5 reply [15]/);
  });
});

describe("without a FIN, in the middle of a transfer,", () => {
  test("a target vanishes: its client is reset", async () => {
    await using sink = await startServer(behind, { kind: "sink", host: BEHIND });
    const order = { socksPort: network.socksPort, host: BEHIND, port: sink.port, seed: SEED, octets: 2_000_000_000 };
    const transfer = startTransfers(network.left, [{ ...order, direction: "up" }]);
    await network.far.waitFor(({ flows }) => flows.outboundOctets > 1_000_000, "octets under way");
    const firewall = new Firewall(behind);
    await firewall.add("meta l4proto tcp drop");
    const [outcome] = await transfer.outcomes;
    await firewall.clear();
    expect(outcome?.problem).toContain("reset");
  });

  test("a client vanishes: its target is reset, and nothing of the flow is kept", async () => {
    await using source = await startServer(network.right, {
      kind: "source",
      host: network.address,
      seed: SEED,
      octets: 2_000_000_000,
    });
    const order = { socksPort: network.socksPort, host: network.address, port: source.port, seed: SEED };
    await using transfer = startTransfers(network.left, [{ ...order, direction: "down", octets: 2_000_000_000 }]);
    await network.near.waitFor(({ flows }) => flows.inboundOctets > 1_000_000, "octets under way");
    const firewall = new Firewall(network.left);
    await firewall.add(`tcp dport ${network.socksPort} drop`, `tcp sport ${network.socksPort} drop`);
    await transfer.process.kill();
    await network.near.waitFor(({ flows }) => flows.open === 0, "near to end the flow");
    await network.far.waitFor(({ flows }) => flows.open === 0, "far to end the flow");
    await firewall.clear();
    const { open } = await network.near.waitFor(({ flows }) => flows, "its flows");
    expect(open).toBe(0);
  });
});

describe("without a FIN, from an idle flow,", () => {
  test("a target or a client that vanishes is found out", async () => {
    await using stalled = await startServer(behind, { kind: "stalled", host: BEHIND });
    await using echo = await startServer(network.right, { kind: "echo", host: network.address });
    const { opened } = await network.near.waitFor(({ flows }) => flows, "its flows");
    const common = { socksPort: network.socksPort, direction: "down", seed: SEED, octets: 1 } as const;
    await using abandoned = startTransfers(network.left, [{ ...common, host: BEHIND, port: stalled.port }]);
    await using vanishing = startTransfers(network.left, [{ ...common, host: network.address, port: echo.port }]);
    await network.near.waitFor(({ flows }) => flows.opened === opened + 2, "both flows");
    const [clients, targets] = [new Firewall(network.left), new Firewall(behind)];
    await targets.add("meta l4proto tcp drop");
    const socket = await clientPort(vanishing.process.pid);
    await clients.add(`tcp dport ${socket} drop`, `tcp sport ${socket} drop`);
    await vanishing.process.kill();
    await network.near.waitFor(({ flows }) => flows.open === 0, "near to end both", KEEP_ALIVE_ENDS_MS);
    await network.far.waitFor(({ flows }) => flows.open === 0, "far to end both", KEEP_ALIVE_ENDS_MS);
    expect((await abandoned.outcomes)[0]?.problem).toContain("reset");
    await Promise.all([clients.clear(), targets.clear()]);
  });
});

function endOf(client: KernelSocket): Reading | undefined {
  const reading = client.read();
  return reading === "nothing" ? undefined : reading;
}

/** The local port of a process's only connection in `left`. */
async function clientPort(pid: number): Promise<number> {
  const sockets = await network.left.run("ss", "-Htnp", "state", "established");
  const line = sockets.split("\n").find((one) => one.includes(`pid=${pid},`));
  return Number(/127\.0\.0\.1:(\d+)\s/.exec(line ?? "")?.[1]);
}
