import { DatagramClient, DatagramEnd, type DatagramDrop, type DatagramUser } from "@flor/flows";
import { Cause, type Destination, encodeRemote, remoteOf } from "@flor/wire";
import { afterEach, describe, expect, it } from "vitest";
import { connect, type MemoryNode, peerOf, startNode } from "./memory-network.testing.ts";
import { steadyNow } from "./steady-clock.testing.ts";
import { coreStatusOf } from "./node-status.ts";
import type { DialOutcome } from "./node-host.ts";

const SOMEWHERE: Destination = { target: { kind: "address", address: Uint8Array.of(192, 0, 2, 7) }, port: 53 };
const ELSEWHERE: Destination = { target: { kind: "domain", name: "time.example" }, port: 123 };

const nodes: MemoryNode[] = [];

afterEach(() => {
  for (const node of nodes.splice(0)) node.stop();
});

/** A target that sends back what it gets. */
class Echo implements DatagramUser {
  readonly end = new DatagramEnd(this);
  readonly asked: (Destination | undefined)[] = [];
  octets = 0;
  isOver = false;

  handleDatagram(octets: Uint8Array, start: number, payload: number, end: number): void {
    this.asked.push(remoteOf(octets, start, payload));
    this.octets += end - payload;
    this.end.send(octets, start, end);
  }

  handleReport(): void {}
  handleDropped(): void {}

  handleOver(): void {
    this.isOver = true;
  }
}

interface Pair {
  readonly near: MemoryNode;
  readonly far: MemoryNode;
  readonly echoes: Echo[];
  readonly asked: (Destination | undefined)[];
}

async function pair(answer?: (outcome: DialOutcome) => void): Promise<Pair> {
  const echoes: Echo[] = [];
  const asked: (Destination | undefined)[] = [];
  const near = await startNode("near", [peerOf("far", { link: "l", address: "far" })], {
    links: ["l"],
    routeTo: "far",
  });
  const far = await startNode("far", [peerOf("near", { link: "l" })], {
    links: ["l"],
    openDatagrams: (destination, outcome) => {
      asked.push(destination);
      if (answer !== undefined) return answer(outcome);
      const echo = new Echo();
      echoes.push(echo);
      outcome.connected(echo.end, new Uint8Array(16), 4000);
    },
  });
  connect(near, "l", far, "l");
  nodes.push(near, far);
  return { near, far, echoes, asked };
}

/** A program with a UDP socket. */
class Program {
  readonly heard: { readonly from: Destination | undefined; readonly octets: Uint8Array }[] = [];
  readonly reports: Cause[] = [];
  readonly dropped: DatagramDrop[] = [];
  readonly client: DatagramClient;

  constructor({ near }: Pair) {
    this.client = new DatagramClient({ router: near.node.ingress, receiver: this, user: undefined });
  }

  send(to: Destination, payload: Uint8Array): void {
    const remote = encodeRemote(to);
    const octets = new Uint8Array([...remote, ...payload]);
    this.client.send(octets, 0, remote.length, octets.length);
  }

  handleDatagram(octets: Uint8Array, start: number, payload: number, end: number): void {
    this.heard.push({ from: remoteOf(octets, start, payload), octets: octets.slice(payload, end) });
  }

  handleReport(cause: Cause): void {
    this.reports.push(cause);
  }

  handleDropped(reason: DatagramDrop): void {
    this.dropped.push(reason);
  }
}

const drops = ({ node }: MemoryNode): Record<string, number> =>
  Object.fromEntries(
    Object.entries(coreStatusOf(node, steadyNow()).drops).filter(
      ([name, count]) => name.startsWith("datagram.") && count > 0,
    ),
  );

describe("datagrams", () => {
  it("cross two nodes and come back, to several destinations by one flow, the first before the answer", async () => {
    const network = await pair();
    const program = new Program(network);
    program.send(SOMEWHERE, Uint8Array.of(1));
    program.send(ELSEWHERE, Uint8Array.of(2, 2));
    await expect.poll(() => program.heard.length).toBe(2);
    for (let count = 3; count < 200; count += 1) program.send(SOMEWHERE, Uint8Array.of(count));
    await expect.poll(() => program.heard.length).toBe(199);
    expect(program.heard.slice(0, 3)).toEqual([
      { from: SOMEWHERE, octets: Uint8Array.of(1) },
      { from: ELSEWHERE, octets: Uint8Array.of(2, 2) },
      { from: SOMEWHERE, octets: Uint8Array.of(3) },
    ]);
    expect(network.asked).toEqual([undefined]);
    const [flow] = coreStatusOf(network.near.node, steadyNow()).flows.list;
    expect(flow).toMatchObject({ network: "udp", target: "192.0.2.7:53", role: "ingress" });
    expect(flow?.outboundOctets).toBeGreaterThan(199 * 8);
    program.client.close();
    await expect.poll(() => network.echoes[0]?.isOver).toBe(true);
    await expect.poll(() => coreStatusOf(network.far.node, steadyNow()).flows.open).toBe(0);
    expect([drops(network.near), drops(network.far)]).toEqual([{}, {}]);
  });

  it("of every size cross whole: those that fit no frame go by the stream", async () => {
    const network = await pair();
    const program = new Program(network);
    const sizes = [0, 1, 1200, 1473, 9000, 20_000, 65_507];
    for (const size of sizes) {
      program.send(SOMEWHERE, new Uint8Array(size).fill(size & 0xff));
      await expect.poll(() => program.heard.at(-1)?.octets.length).toBe(size);
      expect(program.heard.at(-1)?.octets.every((octet) => octet === (size & 0xff))).toBe(true);
    }
  });

  it("that nobody lets out are dropped, their sender is told, and nobody is asked for each", async () => {
    const network = await pair((outcome) => outcome.failed(Cause.NOT_ALLOWED, "no udp"));
    const program = new Program(network);
    program.send(SOMEWHERE, Uint8Array.of(1));
    await expect.poll(() => program.reports).toEqual([Cause.NOT_ALLOWED]);
    for (let count = 0; count < 100; count += 1) program.send(SOMEWHERE, Uint8Array.of(2));
    expect(program.dropped.filter((reason) => reason === "refused").length).toBeGreaterThan(0);
    expect(network.asked.length).toBeLessThan(3);
  });

  it("of flows that were never opened, and malformed ones, are dropped and counted", async () => {
    const network = await pair();
    const program = new Program(network);
    program.send(SOMEWHERE, Uint8Array.of(1));
    await expect.poll(() => program.heard.length).toBe(1);
    const session = network.near.node.sessions.named("far")?.session;
    const connection = session!.connection;
    connection.sendDatagram(new Uint8Array(8), 0, 8, 2 ** 40);
    connection.sendDatagram(new Uint8Array(8), 0, 8, 77);
    connection.sendDatagram(Uint8Array.of(9, 9), 0, 2, 0);
    session!.handleRelayTouched();
    await expect.poll(() => drops(network.far)).toMatchObject({ "datagram.unknown-flow": 2 });
    program.send(SOMEWHERE, Uint8Array.of(2));
    await expect.poll(() => program.heard.length).toBe(2);
  });

  it("beyond what waits go, counted, and the next ones cross", async () => {
    const network = await pair();
    const program = new Program(network);
    program.send(SOMEWHERE, Uint8Array.of(1));
    await expect.poll(() => program.heard.length).toBe(1);
    for (let count = 0; count < 5000; count += 1) program.send(SOMEWHERE, new Uint8Array(100));
    await expect.poll(() => drops(network.near)["datagram.queue"] ?? 0).toBeGreaterThan(3000);
    await expect.poll(() => network.echoes[0]?.octets).toBeGreaterThan(10_000);
    // While some wait still, the next one may be dropped, too.
    await expect
      .poll(() => {
        program.send(SOMEWHERE, Uint8Array.of(7));
        return program.heard.some(({ octets }) => octets[0] === 7);
      })
      .toBe(true);
  });

  it("find another flow when the session is gone", async () => {
    const network = await pair();
    const program = new Program(network);
    program.send(SOMEWHERE, Uint8Array.of(1));
    await expect.poll(() => program.heard.length).toBe(1);
    network.near.node.sessions.named("far")?.session?.connection.close(0x10, "test");
    network.near.driver.wake();
    await expect.poll(() => network.echoes[0]?.isOver).toBe(true);
    await expect
      .poll(() => {
        program.send(SOMEWHERE, Uint8Array.of(2));
        return program.heard.length;
      })
      .toBeGreaterThan(1);
    expect(network.echoes.length).toBeGreaterThan(1);
  });
});
