import type { NodeStatus } from "@flor/node";
import { Capture, flor, type NodeProcess } from "@flor/testkit";
import {
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  LABEL_STACK_ENTRY_OCTETS,
  readFrameHeader,
  unpackLabelStackEntry,
  viewOf,
} from "@flor/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LINK_PORT } from "./field-nodes.ts";
import { type LayerEnds, LayeredMachines } from "./layered-machines.ts";
import { SeededSite } from "./seeded-site.ts";
import { SteadySource } from "./steady-source.ts";
import { udpPayloads } from "./udp-payloads.ts";
import { WatchedFlow } from "./watched-flow.ts";

const MIB = 1_048_576;
/** What UDP over IPv4 carries on a cable of 1500 octets. */
const UDP_OCTETS = 1472;
/** The first octet of a 1-RTT packet (RFC 9000 section 17.3.1). */
const QUIC_FORM_AND_FIXED_BIT = 0xc0;
const QUIC_SHORT_HEADER = 0x40;
const RED_PORT = 1180;
const BLUE_PORT = 1181;

describe("three layers on a path of 1500 octets", () => {
  const owned = new AsyncDisposableStack();
  let network: LayeredMachines;
  let site: SeededSite;

  beforeAll(async () => {
    // One datagram a frame, and one frame a datagram: so that a capture shows frames.
    const udp = { gso: "off", segments: false };
    network = owned.use(await LayeredMachines.open({ layers: 3, narrowOctets: 1500, udp }));
    site = owned.use(await SeededSite.open(network.last, network.lastAddress, 4 * MIB));
  });

  afterAll(async () => {
    await owned.disposeAsync();
  });

  test("are crossed by curl with equal hash, each, and those beneath take part in no flow", async () => {
    for (const layer of [2, 1, 0]) {
      for (const beneath of network.layers.slice(0, layer))
        for (const node of [beneath.first, beneath.last]) expect((await statusOf(node)).flows.opened).toBe(0);
      expect(await site.fetch(network.first, { socksPort: network.socksPort(layer) })).toBe(site.hash);
    }
  });

  test("are drawn by flor status, and the wire confirms the figures", async () => {
    await using capture = await Capture.start(network.last, "any", `udp dst port ${LINK_PORT} and greater 1000`);
    expect(await site.fetch(network.first, { socksPort: network.socksPort(2) })).toBe(site.hash);
    await capture.stop();
    const { first } = network.top;
    const isFound = ({ peers }: NodeStatus): boolean => peers[0]?.datagramOctets === UDP_OCTETS - 60;
    await first.waitFor(isFound, "what the path carries is found");
    const drawn = async (): Promise<string | undefined> =>
      /^stack .*(?:\n .*){4}$/m.exec((await flor(["status"], first)).stdout)?.[0].replaceAll(/ {2,}/g, "  ");
    const stack = [
      "stack  packet  of at most 1412 octets",
      "  a2  +20 octets, over below (native) that carries 1432",
      "  a1  +20 octets, over below (native) that carries 1452",
      "  a0  +20 octets, over wan (udp) that carries 1472",
      "  wire  60 octets around each packet",
    ];
    await expect.poll(drawn).toBe(stack.join("\n"));
    const asked = await flor(["status", "--json"], first);
    const { links, peers } = JSON.parse(asked.stdout) as NodeStatus;
    expect(links[0]?.layers).toEqual([
      { node: "a1", network: "above", overheadOctets: 20, link: "below", kind: "native", ...carries(20) },
      { node: "a0", network: "above", overheadOctets: 20, link: "wan", kind: "udp", ...carries(0) },
    ]);
    expect(peers[0]).toMatchObject({ payloadOctets: UDP_OCTETS - 60, unsegmentedPayloadOctets: UDP_OCTETS - 60 });
    expect(peers[0]?.datagramOctets).toBe(UDP_OCTETS - 60);
    const datagrams = udpPayloads(capture.octets());
    expect(datagrams.filter((datagram) => isQuicBeneath(datagram, [20, 20, 20])).length).toBeGreaterThan(
      (site.octets / UDP_OCTETS) * 0.9,
    );
    expect(Math.max(...datagrams.map(({ length }) => length))).toBeLessThanOrEqual(UDP_OCTETS);
  });
});

/** Whether a datagram is a frame, which holds that of the next layer: `overheads` octets each, and QUIC in the last. */
function isQuicBeneath(datagram: Uint8Array, overheads: readonly number[]): boolean {
  const view = viewOf(datagram);
  let at = 0;
  for (const overhead of overheads) {
    const header = readFrameHeader(view, at, datagram.length);
    if (header?.type !== FRAME_DATA || header.length !== datagram.length - at - FRAME_HEADER_OCTETS) return false;
    at += overhead;
    if (!unpackLabelStackEntry(view.getUint32(at - LABEL_STACK_ENTRY_OCTETS)).bottom) return false;
  }
  return (datagram[at]! & QUIC_FORM_AND_FIXED_BIT) === QUIC_SHORT_HEADER;
}

test.each([1500, 1280, 1124])(
  "1 MiB crosses each of three layers over a path of %i octets, ICMP blocked",
  async (narrowOctets) => {
    await using network = await LayeredMachines.open({ layers: 3, narrowOctets });
    await using site = await SeededSite.open(network.last, network.lastAddress, MIB);
    for (const layer of [0, 1, 2])
      expect(await site.fetch(network.first, { socksPort: network.socksPort(layer) })).toBe(site.hash);
  },
);

test("a lower node between two others forwards an upper network's frames by label alone", async () => {
  await using network = await LayeredMachines.open({ layers: 2, machines: 3 });
  await using site = await SeededSite.open(network.last, network.lastAddress, 8 * MIB);
  expect(await site.fetch(network.first, { socksPort: network.socksPort(1) })).toBe(site.hash);
  const between = network.lowest[1]!;
  const { flows, peers } = await statusOf(between);
  expect(flows.opened).toBe(0);
  // It was asked once whether it has the network, and that is all that its own sessions carried.
  for (const { session } of peers) expect(session?.receivedOctets ?? 0).toBeLessThan(MIB);
  const transit = async (): Promise<readonly string[]> => {
    const { labels } = await statusOf(between);
    return labels.incoming.filter(({ local }) => !local).map(({ nextHop }) => nextHop);
  };
  await expect.poll(async () => (await transit()).toSorted()).toEqual(["a0", "c0"]);
});

test("two owners over one lower network: each carries its own, and neither sees or reaches the other", async () => {
  await using network = await LayeredMachines.open({ layers: 1, networks: ["red", "blue"] });
  await using site = await SeededSite.open(network.last, network.lastAddress, 2 * MIB);
  const [beneath] = network.layers as [LayerEnds];
  const blue = await network.stack("blue", beneath, "blue", (ends) => network.ingressAndEgress(ends, BLUE_PORT));
  await blue.first.waitForPeer("cblue");
  // Red knows the id of blue's node, and says that it is where its own peer is.
  const intruding = (ends: LayerEnds): { first: object; last: object } => {
    const { first, last } = network.ingressAndEgress(ends, RED_PORT);
    const peers = [
      { name: ends.last.name, id: ends.last.id, link: "below", address: "b0" },
      { name: "blue", id: blue.last.id, link: "below", address: "b0" },
    ];
    return { first: { ...first, peers }, last };
  };
  const red = await network.stack("red", beneath, "red", intruding);
  await red.first.waitForPeer("cred");
  expect(await site.fetch(network.first, { socksPort: BLUE_PORT })).toBe(site.hash);
  expect(await site.fetch(network.first, { socksPort: RED_PORT })).toBe(site.hash);
  const stateOfBlue = async (): Promise<string | undefined> =>
    (await statusOf(red.first)).peers.find(({ name }) => name === "blue")?.state;
  await expect.poll(stateOfBlue).toBe("unreachable");
  const portsOf = async (node: NodeProcess): Promise<NodeStatus["links"][number]["ports"]> =>
    (await statusOf(node)).links[0]!.ports;
  await expect.poll(async () => (await portsOf(red.first)).filter(({ up }) => up)).toMatchObject([{ peer: "cred" }]);
  await expect.poll(() => portsOf(blue.last)).toMatchObject([{ peer: "ablue" }]);
});

test("nodes beneath that restart cost the flow over them packets, not its connection", async () => {
  await using network = await LayeredMachines.open({ layers: 3 });
  await using source = await SteadySource.open(network.last, network.lastAddress);
  const { first, last } = network.top;
  const [lowest, beneath] = network.layers as [LayerEnds, LayerEnds];
  await using flow = new WatchedFlow(network.first, source, network.socksPort(2));
  const restarts = [
    [beneath.first, "SIGKILL"],
    [beneath.first, "SIGTERM"],
    [beneath.last, "SIGKILL"],
    [lowest.first, "SIGKILL"],
  ] as const;
  for (const [lower, signal] of restarts) {
    await flow.goesOn();
    lower.process.signal(signal);
    await lower.process.exited;
    await lower.up();
  }
  await flow.goesOn();
  expect(flow.isWhole()).toBe(true);
  const { flows } = await statusOf(first);
  expect([flows.opened, flows.failed]).toEqual([1, {}]);
  for (const end of [first, last]) expect((await statusOf(end)).links[0]?.restarts).toBeGreaterThan(0);
});

function statusOf(node: NodeProcess): Promise<NodeStatus> {
  return node.waitFor((status) => status, "its status");
}

/** What a node says of a link that stands on others, which add so much. */
function carries(addedOctets: number): { readonly mtuOctets: number; readonly segmentMtuOctets: number } {
  return { mtuOctets: UDP_OCTETS - addedOctets, segmentMtuOctets: UDP_OCTETS - addedOctets };
}
