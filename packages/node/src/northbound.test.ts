import { IncomingLabelMap } from "@flor/label";
import { engineMaker } from "@flor/quic/engine";
import { createPlainProvider } from "@flor/quic/plain";
import {
  Cause,
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  readFrameHeader,
  tokenFrom,
  unpackLabelStackEntry,
  viewOf,
  writeFrameHeader,
} from "@flor/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency.ts";
import type { NextHop } from "./forward.ts";
import { identityOf, peerOf } from "./memory-network.testing.ts";
import { Neighbour } from "./neighbour.ts";
import { NodeLink } from "./node-link.ts";
import { Northbound } from "./northbound.ts";
import type { Peer } from "./peer.ts";
import type { AnnouncedPort } from "./ports.ts";
import { recordingDoor } from "./recording-door.testing.ts";
import { Sessions } from "./sessions.ts";
import { TransitQueue } from "./transit-queue.ts";
import type { UpperDoor } from "./upper-door.ts";
import { AllowedPeers } from "@flor/quic";

const PEER_LABEL = 5000;
const token = tokenFrom(new Uint8Array(8).fill(3));

let labels: IncomingLabelMap<NextHop>;
let northbound: Northbound;
let peer: Peer;
let below: ReturnType<typeof recordingDoor>;
let above: ReturnType<typeof recordingDoor>;
let upper: UpperDoor;
let announced: (readonly AnnouncedPort[])[];
let tooBig: unknown[];
let dropped: string[];

beforeEach(() => {
  const identity = identityOf("lower");
  labels = new IncomingLabelMap<NextHop>(100);
  announced = [];
  tooBig = [];
  dropped = [];
  const allowed = new AllowedPeers(identity);
  const settings = peerOf("far");
  allowed.add(settings.publicKey);
  const sessions = new Sessions({
    identity,
    engines: engineMaker({ crypto: createPlainProvider(identity) }),
    allowed,
    peers: [settings],
    observer: {
      handleTouched: () => {},
      handleSessionReady: () => {},
      handleUnreachable: () => {},
      handlePeerRemoved: () => {},
      log: () => {},
    },
    randomFill: (octets) => void octets.fill(1),
    random: () => 0.5,
    unixSeconds: () => 0,
  });
  const known = sessions.named("far");
  if (known === undefined) throw new Error("not a peer");
  peer = known;
  below = recordingDoor();
  above = recordingDoor();
  upper = Object.assign(above, {
    setPorts: (ports: readonly AnnouncedPort[]) => void announced.push(ports),
    sendTooBig: (...told: unknown[]) => void tooBig.push(told),
  });
  northbound = new Northbound({
    network: "team",
    labels,
    sessions,
    drop: (reason, count = 1) => void dropped.push(...Array<string>(count).fill(reason)),
    now: () => 0,
  });
});

function givePath(payloadMtu = 1400): void {
  const link = new NodeLink("wan", "udp", new TransitQueue());
  link.door = below;
  const adjacency = new Adjacency(link, "far", token, 1);
  Object.assign(adjacency, { port: 4, portUp: true, peerToken: token, mtu: 16_384 });
  const nextHop = new Neighbour("via", new Uint8Array(32), "via");
  nextHop.best = adjacency;
  peer.path = { nextHop, stack: [77, 88], payloadMtu, unsegmentedPayloadMtu: 1300 };
  northbound.handlePathChanged(peer);
}

function upperFrame(port: number, octets = 60): Uint8Array {
  const frame = new Uint8Array(octets).fill(0xab);
  writeFrameHeader(viewOf(frame), 0, { type: FRAME_DATA, flags: 0, length: octets - FRAME_HEADER_OCTETS, port, token });
  return frame;
}

function joined(): number {
  northbound.attach(upper);
  givePath();
  const answer = northbound.handleJoin(peer, { network: "team", label: PEER_LABEL });
  if (!("label" in answer)) throw new Error("refused");
  return answer.label;
}

const send = (frame: Uint8Array): void => northbound.handleFrames(frame, viewOf(frame), 0, frame.length, 0);

describe("northbound", () => {
  it("answers nobody while no upper node is attached", () => {
    expect(northbound.handleJoin(peer, { network: "team", label: PEER_LABEL })).toEqual({
      cause: Cause.NAME_NOT_FOUND,
    });
  });

  it("announces a port for a peer that joined, with what its path carries", () => {
    joined();
    expect(announced.at(-1)).toMatchObject([
      { port: 1, key: "far", up: true, mtu: 1400, segmentMtu: 1300, address: "far", provisional: true },
    ]);
  });

  it("knows the port by the upper node's key once that wants it", () => {
    joined();
    northbound.setNeighbours([{ key: "flor1upper", address: "far", port: 0 }]);
    expect(announced.at(-1)).toMatchObject([{ port: 1, key: "flor1upper", provisional: false }]);
  });

  it("sends an upper frame below the path's labels and the peer's own, port zeroed, unread", () => {
    joined();
    send(upperFrame(1));
    const frame = below.frames[0] ?? new Uint8Array();
    const view = viewOf(frame);
    expect(readFrameHeader(view, 0, frame.length)).toMatchObject({ port: 4, token, length: 4 + 4 + 60 });
    expect(unpackLabelStackEntry(view.getUint32(16))).toMatchObject({ label: 77, bottom: false });
    expect(unpackLabelStackEntry(view.getUint32(20))).toMatchObject({ label: PEER_LABEL, bottom: true });
    expect(frame.slice(24)).toEqual(upperFrame(0));
  });

  it("hands a frame under its label to the upper node, with the port's number and a true length", () => {
    const label = joined();
    const lying = upperFrame(9);
    viewOf(lying).setUint16(2, 60_000);
    const nextHop = labels.lookup(label)?.nextHop;
    if (nextHop === undefined || !("consumer" in nextHop)) throw new Error("not bound");
    const from = peer.path?.nextHop.best;
    if (from === undefined) throw new Error("no path");
    nextHop.consumer.handlePayload(lying, 0, lying.length, from, 0);
    expect(readFrameHeader(viewOf(above.frames[0] ?? new Uint8Array()), 0, 60)).toMatchObject({ port: 1, length: 44 });
  });

  it("carries a frame of exactly the path's MTU, and answers one octet more with TooBig", () => {
    joined();
    send(upperFrame(1, 1400));
    send(upperFrame(1, 1401));
    expect(below.frames).toHaveLength(1);
    expect(tooBig).toEqual([[1, 1400, 1401]]);
    expect(dropped).toEqual(["northbound-too-big"]);
  });

  it("drops and counts frames for ports that are not there, and while there is no path", () => {
    joined();
    send(upperFrame(2));
    peer.path = undefined;
    send(upperFrame(1));
    expect(dropped).toEqual(["northbound-port", "northbound-path"]);
  });

  it("lets frames wait for credit, down and up, in order", () => {
    const label = joined();
    const nextHop = labels.lookup(label)?.nextHop;
    const best = peer.path?.nextHop.best;
    if (nextHop === undefined || !("consumer" in nextHop) || best === undefined) throw new Error("not bound");
    below.hasCredit = false;
    above.hasCredit = false;
    send(upperFrame(1, 50));
    nextHop.consumer.handlePayload(upperFrame(0, 51), 0, 51, best, 0);
    expect([below.frames, above.frames]).toEqual([[], []]);
    below.hasCredit = true;
    above.hasCredit = true;
    send(upperFrame(1, 52));
    best.link.transit.drainTo(below);
    northbound.flush();
    expect(below.frames.map((frame) => frame.length)).toEqual([24 + 50, 24 + 52]);
    expect(above.frames.map((frame) => readFrameHeader(viewOf(frame), 0, 51))).toMatchObject([{ port: 1, length: 35 }]);
    expect(dropped).toEqual([]);
  });

  it("takes a channel down when the peer restarted", () => {
    joined();
    northbound.handleInstanceChanged(peer.key);
    expect(announced.at(-1)).toEqual([]);
    send(upperFrame(1));
    expect(dropped).toEqual(["northbound-path"]);
  });

  it("forgets for the status a peer's upper node that is heard no more, and all when its own left", () => {
    const nextHop = labels.lookup(joined())?.nextHop;
    const from = peer.path?.nextHop.best;
    if (nextHop === undefined || !("consumer" in nextHop) || from === undefined) throw new Error("not bound");
    expect(northbound.heardPeers(0)).toEqual([]);
    nextHop.consumer.handlePayload(upperFrame(0), 0, 60, from, 1000);
    expect(northbound.heardPeers(9000)).toEqual([peer]);
    expect(northbound.heardPeers(11_001)).toEqual([]);
    northbound.detach(upper);
    expect(northbound.heardPeers(1000)).toEqual([]);
  });

  it("keeps its labels while the upper node is away, and drops what comes for it", () => {
    const label = joined();
    northbound.detach(upper);
    const nextHop = labels.lookup(label)?.nextHop;
    const from = peer.path?.nextHop.best;
    if (nextHop === undefined || !("consumer" in nextHop) || from === undefined) throw new Error("not bound");
    nextHop.consumer.handlePayload(upperFrame(0), 0, 60, from, 0);
    expect(dropped).toEqual(["northbound-absent"]);
  });
});
