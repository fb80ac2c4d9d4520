import { tokenFrom } from "@flor/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency.ts";
import { decodeHello, encodeHello } from "./hello.ts";
import { Liveness } from "./liveness.ts";
import { NodeLink } from "./node-link.ts";
import { recordingDoor } from "./recording-door.testing.ts";
import { TransitQueue } from "./transit-queue.ts";

const token = tokenFrom(new Uint8Array(8).fill(1));
const HEADER_AND_LABEL = 20;

let door: ReturnType<typeof recordingDoor>;
let adjacency: Adjacency;
let changes: [alive: boolean, at: number][];
let liveness: Liveness;

beforeEach(() => {
  door = recordingDoor();
  const link = new NodeLink("wan", "udp", new TransitQueue());
  link.door = door;
  adjacency = new Adjacency(link, "home", token, 11);
  Object.assign(adjacency, { port: 1, portUp: true, mtu: 1472, peerToken: token, peerDiscriminator: 22 });
  changes = [];
  liveness = new Liveness({ handleAlive: (_adjacency, alive, now) => void changes.push([alive, now]) }, () => 0.5);
});

const sent = () =>
  door.frames.map((frame) => decodeHello(frame, HEADER_AND_LABEL, frame.length)).filter((hello) => hello !== undefined);

function hear(fields: { poll?: boolean; final?: boolean; your?: number; sequence?: number }, now: number): void {
  const { poll = false, final = false, your = 11, sequence = 1 } = fields;
  const octets = encodeHello({ poll, final, myDiscriminator: 22, yourDiscriminator: your, sequence });
  liveness.handleReceive(octets, 0, octets.length, adjacency, now);
}

describe("liveness", () => {
  it("polls at once, and is up when the answer names our discriminator", () => {
    liveness.start(adjacency, 0);
    liveness.handleTimeout(0);
    expect(sent()).toMatchObject([{ poll: true, myDiscriminator: 11, yourDiscriminator: 22 }]);
    hear({ final: true, sequence: 1 }, 7);
    expect(changes).toEqual([[true, 7]]);
    expect(adjacency.rttMs).toBe(7);
  });

  it("answers a poll with its sequence", () => {
    liveness.start(adjacency, 0);
    hear({ poll: true, sequence: 77 }, 5);
    expect(sent()).toMatchObject([{ final: true, poll: false, sequence: 77 }]);
  });

  it("is not up while the neighbour does not know our discriminator", () => {
    liveness.start(adjacency, 0);
    hear({ poll: true, your: 0 }, 5);
    expect(adjacency.alive).toBe(false);
  });

  it("counts as silent when the neighbour says so, until a hello is heard, and remembers when it returned", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 5);
    expect(adjacency.returnedAt).toBe(-Infinity);
    liveness.handleDown(adjacency, 100);
    expect(adjacency.alive).toBe(false);
    hear({ poll: true }, 900);
    expect(changes).toEqual([
      [true, 5],
      [false, 100],
      [true, 900],
    ]);
    expect(adjacency.returnedAt).toBe(900);
  });

  it("takes no hello of an earlier run of the neighbour", () => {
    liveness.start(adjacency, 0);
    const octets = encodeHello({ poll: false, final: true, myDiscriminator: 23, yourDiscriminator: 11, sequence: 1 });
    liveness.handleReceive(octets, 0, octets.length, adjacency, 5);
    expect(adjacency.alive).toBe(false);
  });

  it("goes down after three intervals of silence, and not before", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    for (let now = 0; now <= 900; now += 100) liveness.handleTimeout(now);
    expect(adjacency.alive).toBe(true);
    liveness.handleTimeout(901);
    expect(changes).toEqual([
      [true, 0],
      [false, 901],
    ]);
  });

  it("does not blame the neighbour when this node itself was stopped", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    for (let now = 0; now <= 600; now += 100) liveness.handleTimeout(now);
    liveness.handleTimeout(60_000);
    expect(adjacency.alive).toBe(true);
  });

  it("sends no hello to a port that is down, and none after stop", () => {
    liveness.start(adjacency, 0);
    adjacency.detachPort();
    liveness.handleTimeout(0);
    expect(sent()).toEqual([]);
    liveness.stop(adjacency, 1);
    expect(liveness.nextTimeout()).toBeUndefined();
  });
});
