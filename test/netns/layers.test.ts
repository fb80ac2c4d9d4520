import type { NodeStatus } from "@flor/node";
import { Capture, flor } from "@flor/testkit";
import { describe, expect, test } from "vitest";
import { type LayerEnds, LayeredMachines, LINK_PORT } from "./layered-machines.ts";
import { SeededSite } from "./seeded-site.ts";

const MIB = 1_048_576;
/** What UDP over IPv4 carries on a cable of 1500 octets, and what a udp link carries in segments. */
const UDP_OCTETS = 1472;
const SEGMENTED_OCTETS = 16_384;
const RED_PORT = 1180;
const BLUE_PORT = 1181;

describe("three layers", () => {
  test("curl crosses each with equal hash, and the layers beneath take part in no flow", async () => {
    await using network = await LayeredMachines.open({ layers: 3 });
    await using site = await SeededSite.open(network.last, network.lastAddress, 8 * MIB);
    for (const layer of [2, 1, 0]) {
      for (const beneath of network.layers.slice(0, layer)) {
        expect((await beneath.first.status())?.flows.opened).toBe(0);
        expect((await beneath.last.status())?.flows.opened).toBe(0);
      }
      expect(await site.fetch(network.first, { socksPort: network.socksPort(layer) })).toBe(site.hash);
    }
  });

  test("flor status draws them, and the wire bears the figures out", async () => {
    await using network = await LayeredMachines.open({ layers: 3, udp: { gso: "off" } });
    await using site = await SeededSite.open(network.last, network.lastAddress, MIB);
    await using capture = await Capture.start(network.last, "any", `udp dst port ${LINK_PORT} and greater 1000`);
    expect(await site.fetch(network.first, { socksPort: network.socksPort(2) })).toBe(site.hash);
    await capture.stop();
    const { first } = network.top;
    const shown = await flor(["status"], first);
    expect(/^stack .*(?:\n .*){4}$/m.exec(shown.stdout)?.[0].replaceAll(/ {2,}/g, "  ")).toMatchInlineSnapshot(`
      "stack  packet  of at most 1412 octets (16324 in segments)
        a2  +20 octets, over below (native) that carries 1432 (16344 in segments)
        a1  +20 octets, over below (native) that carries 1452 (16364 in segments)
        a0  +20 octets, over wan (udp) that carries 1472 (16384 in segments)
        wire  60 octets around each packet"
    `);
    const { links, peers } = JSON.parse((await flor(["status", "--json"], first)).stdout) as NodeStatus;
    expect(links[0]?.layers).toEqual([
      { node: "a1", network: "above", overheadOctets: 20, link: "below", kind: "native", ...carries(20) },
      { node: "a0", network: "above", overheadOctets: 20, link: "wan", kind: "udp", ...carries(0) },
    ]);
    expect(peers[0]).toMatchObject({ payloadOctets: SEGMENTED_OCTETS - 60, unsegmentedPayloadOctets: UDP_OCTETS - 60 });
    // QUIC fills its packets: with the 60 octets around each, they fill the cable's.
    expect(peers[0]?.datagramOctets).toBe(UDP_OCTETS - 60);
    const sizes = (await capture.packets()).map((packet) => Number(/length (\d+)$/.exec(packet)?.[1]));
    expect(Math.max(...sizes)).toBe(UDP_OCTETS);
    expect(sizes.filter((size) => size === UDP_OCTETS).length).toBeGreaterThan(MIB / UDP_OCTETS / 2);
  });

  test.each([1500, 1280, 1124])("1 MiB crosses each over a path of %i octets, ICMP blocked", async (narrowOctets) => {
    await using network = await LayeredMachines.open({ layers: 3, narrowOctets });
    await using site = await SeededSite.open(network.last, network.lastAddress, MIB);
    for (const layer of [0, 1, 2])
      expect(await site.fetch(network.first, { socksPort: network.socksPort(layer) })).toBe(site.hash);
  });
});

test("a lower node between two others forwards an upper network's frames by label alone", async () => {
  await using network = await LayeredMachines.open({ layers: 2, machines: 3 });
  await using site = await SeededSite.open(network.last, network.lastAddress, 8 * MIB);
  expect(await site.fetch(network.first, { socksPort: network.socksPort(1) })).toBe(site.hash);
  const between = await network.lowest[1]!.status();
  expect(between?.flows.opened).toBe(0);
  // It was asked once whether it has the network, and that is all that its own sessions carried.
  for (const { session } of between?.peers ?? []) expect(session?.receivedOctets ?? 0).toBeLessThan(65_536);
  const transit = between?.labels.incoming.filter(({ local }) => !local).map(({ nextHop }) => nextHop);
  expect(transit?.toSorted()).toEqual(["a0", "c0"]);
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
  const seen = await red.first.status();
  expect(seen?.peers.find(({ name }) => name === "blue")?.state).toBe("unreachable");
  expect(seen?.links[0]?.ports.filter(({ up }) => up).map(({ peer }) => peer)).toEqual(["cred"]);
  const other = await blue.last.status();
  expect(other?.links[0]?.ports.map(({ peer }) => peer)).toEqual(["ablue"]);
});

describe("a lower node that restarts", () => {
  const restarts = [
    ["by kill -9, at the client's side", "first", "SIGKILL"],
    ["in order, at the client's side", "first", "SIGTERM"],
    ["by kill -9, at the target's side", "last", "SIGKILL"],
  ] as const;
  test.each(restarts)("%s costs the upper flow packets, not its connection", async (_how, end, signal) => {
    await using network = await LayeredMachines.open({ layers: 2 });
    await expectFlowToSurvive(network, async () => {
      const lower = network.layers[0]![end];
      lower.process.signal(signal);
      await lower.process.exited;
      await lower.up();
    });
    expect((await network.top[end].status())?.links[0]?.restarts).toBeGreaterThan(0);
  });

  test("the lowest of three costs the highest packets too", async () => {
    await using network = await LayeredMachines.open({ layers: 3 });
    await expectFlowToSurvive(network, async () => {
      await network.layers[0]!.first.process.kill();
      await network.layers[0]!.first.up();
    });
  });
});

/** What a node says of a link that stands on others, which add so much. */
function carries(addedOctets: number): { readonly mtuOctets: number; readonly segmentMtuOctets: number } {
  return { mtuOctets: SEGMENTED_OCTETS - addedOctets, segmentMtuOctets: UDP_OCTETS - addedOctets };
}

/** Disturbs the network while a client of its top layer fetches a file; the file comes, whole, in the same flow. */
async function expectFlowToSurvive(network: LayeredMachines, disturb: () => Promise<void>): Promise<void> {
  const octets = 8 * MIB;
  await using site = await SeededSite.open(network.last, network.lastAddress, octets);
  const socksPort = network.socksPort(network.layers.length - 1);
  const { first } = network.top;
  const fetching = site.startFetch(network.first, { socksPort, rate: MIB });
  await first.waitFor(({ flows }) => flows.inboundOctets > MIB, "a part of the file came");
  await disturb();
  expect((await first.status())?.flows.inboundOctets).toBeLessThan(octets);
  await fetching.exited;
  expect(fetching.output).toContain(site.hash);
  const { flows } = (await first.status())!;
  expect([flows.opened, flows.failed]).toEqual([1, {}]);
}
