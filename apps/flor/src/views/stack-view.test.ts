import type { LinkStatus, NodeStatus, PeerStatus } from "@flor/node";
import { layer, status, vm } from "@flor/node/sample-status";
import { layersAsOne } from "@flor/runtime";
import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";
import { statusView } from "./status-view.ts";

const plain = createColors(false);

const shown = (lines: readonly string[]): string => `\n${lines.join("\n")}\n`;

describe("a node on a node", () => {
  const below: LinkStatus = {
    ...status.links[0]!,
    name: "below",
    kind: "native",
    pid: undefined,
    restarts: 0,
    counters: {},
    reported: {},
    layers: [
      {
        ...layer,
        node: "l1",
        network: "team",
        link: "below",
        kind: "native",
        mtuOctets: 16_364,
        segmentMtuOctets: 1452,
      },
      { ...layer, node: "base", network: "above", link: "wan", kind: "udp", mtuOctets: 16_384, segmentMtuOctets: 1472 },
    ],
  };
  const adjacency = { ...vm.adjacencies[0]!, link: "below", address: "l2" };
  const u2: PeerStatus = { ...vm, name: "u2", path: ["u2"], adjacencies: [adjacency], payloadOctets: 16_324 };
  const upper: NodeStatus = {
    ...status,
    name: "u1",
    northbounds: [],
    links: [below],
    peers: [{ ...u2, unsegmentedPayloadOctets: 1412 }],
  };

  test("draws the stack down to the wire", () => {
    expect(shown(stackOf(upper))).toMatchInlineSnapshot(`
      "
      stack    packet          of at most 1412 octets (16324 in segments)
               u1              +20 octets, over below (native) that carries 1432 (16344 in segments)
                 l1            +20 octets, over below (native) that carries 1452 (16364 in segments)
                   base        +20 octets, over wan (udp) that carries 1472 (16384 in segments)
               wire            60 octets around each packet
      "
    `);
  });

  test("whose neighbour leads further draws the narrowest way", () => {
    const u3 = { ...u2, name: "u3", path: ["u2", "u3"], labels: [40, 41], adjacencies: [], payloadOctets: 1404 };
    const peers = [...upper.peers, { ...u3, unsegmentedPayloadOctets: 1376 }];
    expect(shown(stackOf({ ...upper, peers }))).toMatchInlineSnapshot(`
      "
      stack    packet          of at most 1376 octets (1404 in segments)
               u1              +24 octets, over below (native) that carries 1400 (1428 in segments)
                 l1            +20 octets, over below (native) that carries 1452 (16364 in segments)
                   base        +20 octets, over wan (udp) that carries 1472 (16384 in segments)
               wire            64 octets around each packet
      "
    `);
  });

  test("that has no way yet says where it ends", () => {
    const layers = [{ ...layer, node: "l1", overheadOctets: 0, link: "", kind: "", mtuOctets: 0, segmentMtuOctets: 0 }];
    const peers = [{ ...u2, path: [], adjacencies: [] }];
    expect(shown(stackOf({ ...upper, links: [{ ...below, layers }], peers }))).toMatchInlineSnapshot(`
      "
      stack    packet          no path to anybody yet
               l1              no path to anybody yet
      "
    `);
  });

  test("of another owner shows what the layers beneath cost, as one", () => {
    const layers = layersAsOne(below.layers);
    expect(shown(stackOf({ ...upper, links: [{ ...below, layers }] }))).toMatchInlineSnapshot(`
      "
      stack    packet          of at most 1412 octets (16324 in segments)
               u1              +20 octets, over below (native) that carries 1432 (16344 in segments)
                 l1            +40 octets, over an undisclosed path, that carries 1472 (16384 in segments)
               wire            60 octets around each packet
      "
    `);
  });

  function stackOf(of: NodeStatus): readonly string[] {
    const lines = statusView(of, plain);
    const from = lines.findIndex((line) => line.startsWith("stack"));
    return lines.slice(
      from,
      lines.findIndex((line) => line.startsWith("peer")),
    );
  }
});
