/** Services of UDP: a program's datagrams for a name go to a publisher's target, and nowhere else. */
import { DatagramClient, DatagramEnd, type DatagramUser } from "@flor/flows";
import { Cause, type Destination, encodeRemote, remoteOf } from "@flor/wire";
import { afterEach, expect, test, vi } from "vitest";
import { connect, type MemoryNode, peerOf, startNode } from "../memory-network.testing.ts";
import { steadyNow } from "../steady-clock.testing.ts";
import { publicationOf } from "./publication.testing.ts";

const DNS: Destination = { target: { kind: "domain", name: "dns.team" }, port: 53 };
const WAIT = { timeout: 30_000, interval: 10 };

const nodes: MemoryNode[] = [];

afterEach(() => {
  for (const node of nodes.splice(0)) node.stop();
});

/** A target that sends back what it gets. */
class Echo implements DatagramUser {
  readonly end = new DatagramEnd(this);
  readonly named: (Destination | undefined)[] = [];

  handleDatagram(octets: Uint8Array, start: number, payload: number, end: number): void {
    this.named.push(remoteOf(octets, start, payload));
    this.end.send(octets, start, end);
  }

  handleReport(): void {}
  handleDropped(): void {}
  handleOver(): void {}
}

/** A program with a UDP socket. */
class Program {
  readonly heard: { readonly from: Destination | undefined; readonly text: string }[] = [];
  readonly reports: (readonly [Cause, Destination | undefined])[] = [];
  readonly client: DatagramClient;

  constructor({ node }: MemoryNode) {
    this.client = new DatagramClient({ router: node.ingress, receiver: this, user: undefined });
  }

  send(to: Destination, text: string): void {
    const remote = encodeRemote(to);
    const octets = new Uint8Array([...remote, ...new TextEncoder().encode(text)]);
    this.client.send(octets, 0, remote.length, octets.length);
  }

  handleDatagram(octets: Uint8Array, start: number, payload: number, end: number): void {
    const text = new TextDecoder().decode(octets.slice(payload, end));
    this.heard.push({ from: remoteOf(octets, start, payload), text });
  }

  handleReport(cause: Cause, remote: Destination | undefined): void {
    this.reports.push([cause, remote]);
  }

  handleDropped(): void {}
}

interface Stage {
  readonly near: MemoryNode;
  readonly far: MemoryNode;
  readonly echoes: Echo[];
  /** Destinations of UDP that left through an exit. */
  readonly exits: (Destination | undefined)[];
}

async function staged(): Promise<Stage> {
  const echoes: Echo[] = [];
  const exits: Stage["exits"] = [];
  const serve = {
    links: ["l"],
    dialTarget: (_target: unknown, outcome: { connected: (...all: [DatagramEnd, Uint8Array, number]) => void }) => {
      const echo = new Echo();
      echoes.push(echo);
      outcome.connected(echo.end, Uint8Array.of(127, 0, 0, 1), 53);
    },
    openDatagrams: (destination: Destination | undefined) => void exits.push(destination),
  };
  const near = await startNode("near", [peerOf("far", { link: "l", address: "far" })], { ...serve, routeTo: "far" });
  const far = await startNode("far", [peerOf("near", { link: "l" })], serve);
  connect(near, "l", far, "l");
  nodes.push(near, far);
  for (const { node } of [near, far])
    node.services.configure({ networks: ["team"], zone: "", isFlooded: true, mayPublish: () => true }, steadyNow());
  return { near, far, echoes, exits };
}

const dnsTarget = { kind: "udp", destination: { target: { kind: "domain", name: "localhost" }, port: 53 } } as const;

function publishDns({ node, driver }: MemoryNode): void {
  node.services.publications.set(publicationOf("dns", { protocol: "udp", port: 53, target: dnsTarget }));
  driver.wake();
}

test("datagrams for a service of UDP reach its target, and answers come from the name that was asked", async () => {
  const { near, far, echoes, exits } = await staged();
  publishDns(far);
  await vi.waitUntil(() => near.node.services.directory.names().includes("dns.team/udp"), WAIT);
  const program = new Program(near);
  await vi.waitUntil(() => {
    program.send(DNS, "who?");
    return program.heard.length > 0;
  }, WAIT);
  expect(program.heard[0]).toEqual({ from: DNS, text: "who?" });
  expect(echoes[0]!.named[0]).toBe(undefined);
  // Beside the stream, once that is open.
  await vi.waitUntil(() => {
    program.send(DNS, "again");
    return program.heard.at(-1)?.text === "again";
  }, WAIT);
  expect([echoes.length, exits]).toEqual([1, []]);
  program.client.close();
});

test("a service of UDP at this node itself is reached without any other", async () => {
  const { near, echoes } = await staged();
  publishDns(near);
  const program = new Program(near);
  await vi.waitUntil(() => {
    program.send(DNS, "here");
    return program.heard.length > 0;
  }, WAIT);
  expect([program.heard[0]?.text, echoes.length]).toEqual(["here", 1]);
  program.client.close();
});

test("a name that nobody serves by UDP is reported as unknown, and leaves through no exit", async () => {
  const { near, far, exits } = await staged();
  far.node.services.publications.set(publicationOf("dns", { port: 53 }));
  far.driver.wake();
  await vi.waitUntil(() => near.node.services.directory.names().includes("dns.team"), WAIT);
  const program = new Program(near);
  program.send(DNS, "who?");
  await vi.waitUntil(() => program.reports.length > 0, WAIT);
  expect(program.reports[0]).toEqual([Cause.NAME_NOT_FOUND, DNS]);
  expect(exits).toEqual([]);
});

test("one name serves both protocols, each by its own publication and rules", async () => {
  const { far } = await staged();
  const { publications } = far.node.services;
  publications.set(publicationOf("dns", { port: 53 }));
  publishDns(far);
  expect(Array.from(publications.all(), ({ name }) => name)).toEqual(["dns.team", "dns.team/udp"]);
  expect(publications.delete("dns.team/udp")).toBe(true);
  expect(publications.get("dns.team")).toBeDefined();
});
