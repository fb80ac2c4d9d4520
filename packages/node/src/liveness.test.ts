import { tokenFrom } from "@flor/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency.ts";
import { decodeHello, encodeHello } from "./hello.ts";
import { EXCUSED_MAX_MS, HELLOS_IN_STEP_FROM, Liveness, RESUMES_MAX } from "./liveness.ts";
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
  const handleAlive = (_adjacency: Adjacency, alive: boolean, now: number): void => void changes.push([alive, now]);
  liveness = new Liveness({ handleAlive, handleCost: () => {} }, () => 0.5);
});

const sent = (from = 0) =>
  door.frames
    .slice(from)
    .map((frame) => decodeHello(frame, HEADER_AND_LABEL, frame.length))
    .filter((hello) => hello !== undefined);

function hear(
  fields: { poll?: boolean; final?: boolean; heard?: boolean; your?: number; sequence?: number },
  now: number,
): void {
  const { poll = false, final = false, heard = true, your = 11, sequence = 1 } = fields;
  const octets = encodeHello({ poll, final, heard, loss: 0, myDiscriminator: 22, yourDiscriminator: your, sequence });
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

  it("is up with a neighbour of version 1, whose hellos know no Heard, once they name our discriminator", () => {
    liveness.start(adjacency, 0);
    adjacency.isFormerVersion = true;
    hear({ poll: true, heard: false, your: 0 }, 5);
    expect(adjacency.alive).toBe(false);
    hear({ poll: true, heard: false }, 10);
    expect(adjacency.alive).toBe(true);
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
    const run = { poll: false, final: true, heard: true, loss: 0 };
    const octets = encodeHello({ ...run, myDiscriminator: 23, yourDiscriminator: 11, sequence: 1 });
    liveness.handleReceive(octets, 0, octets.length, adjacency, 5);
    expect(adjacency.alive).toBe(false);
  });

  it("goes down after three intervals of silence, and not before", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    for (let now = 0; now <= 899; now += 31) liveness.handleTimeout(now);
    expect(adjacency.alive).toBe(true);
    liveness.handleTimeout(900);
    expect(changes).toEqual([
      [true, 0],
      [false, 900],
    ]);
  });

  it("does not blame the neighbour when this node itself was stopped", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    for (let now = 0; now <= 600; now += 100) liveness.handleTimeout(now);
    liveness.handleTimeout(60_000);
    expect(adjacency.alive).toBe(true);
  });

  it("is down at both ends of what is blocked one way, and does not flap", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    expect(adjacency.alive).toBe(true);
    // None of our hellos arrive there, and each of its hellos says so.
    for (let now = 100; now < 30_000; now += 100) {
      if (now % 1000 === 0) hear({ poll: true, heard: false, sequence: now }, now);
      liveness.handleTimeout(now);
    }
    expect(changes).toEqual([
      [true, 0],
      [false, 900],
    ]);
  });

  it("says at once that it hears nothing any more, and that it hears again", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    for (let now = 0; now <= 900; now += 100) liveness.handleTimeout(now);
    expect(sent().at(-1)).toMatchObject({ heard: false });
    hear({ heard: false }, 1234);
    expect(sent().at(-1)).toMatchObject({ heard: true });
  });

  it("polls one time in four when alive, and measures round trip and cost by it", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    door.frames.length = 0;
    for (let now = 0; now < 30_000; now += 25) {
      const before = door.frames.length;
      liveness.handleTimeout(now);
      for (const hello of sent(before)) hear({ final: hello.poll, sequence: hello.sequence }, now + 3);
    }
    const polls = sent().filter(({ poll }) => poll).length;
    expect(polls / sent().length).toBeCloseTo(0.25, 1);
    expect(sent().length).toBeGreaterThan(90);
    expect(adjacency.rttMs).toBe(3);
    expect(adjacency.cost.cost).toBeLessThan(40);
  });

  it("leaves one alone that falls silent time and again, and not one whose end is announced", () => {
    liveness.start(adjacency, 0);
    const fall = (at: number): void => {
      hear({ final: true }, at);
      for (let now = at; now <= at + 1000; now += 100) liveness.handleTimeout(now);
    };
    for (let i = 0; i < 5; i += 1) {
      hear({ final: true }, i);
      liveness.handleDown(adjacency, i);
    }
    expect(adjacency.heldUntil).toBe(-Infinity);
    for (const at of [10_000, 20_000, 30_000]) fall(at);
    expect(adjacency.heldUntil).toBeGreaterThan(60_000);
    hear({ final: true }, 40_000);
    expect([adjacency.alive, adjacency.isSteady(40_000), adjacency.isSteady(62_000)]).toEqual([true, false, true]);
  });

  it("leaves one alone of which its link says time and again that nothing can leave, as of a cable with a bad contact", () => {
    liveness.start(adjacency, 0);
    for (const at of [0, 1000, 2000]) {
      adjacency.portUp = true;
      hear({ final: true }, at);
      adjacency.portUp = false;
      liveness.handleDown(adjacency, at + 500, true);
    }
    adjacency.portUp = true;
    hear({ final: true }, 3000);
    expect([adjacency.alive, adjacency.isSteady(3000), adjacency.isSteady(33_000)]).toEqual([true, false, true]);
  });

  it("finds an adjacency down in three of the intervals that its link is configured for", () => {
    adjacency.helloIntervalMs = 50;
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    for (let now = 0; now < 150; now += 1) liveness.handleTimeout(now);
    expect(adjacency.alive).toBe(true);
    liveness.handleTimeout(150);
    expect(adjacency.alive).toBe(false);
  });

  it("gives a neighbour as much longer as this node was late, since its hellos may lie unread", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    // Woken 150 ms after its time, and again.
    const late = (): number => liveness.nextTimeout()! + 150;
    for (let now = late(); now < 900; now = late()) liveness.handleTimeout(now);
    liveness.handleTimeout(liveness.nextTimeout()!);
    expect(adjacency.alive).toBe(true);
    while (adjacency.alive) liveness.handleTimeout(liveness.nextTimeout()!);
    expect(changes[1]![1]).toBeGreaterThan(1050);
    expect(changes[1]![1]).toBeLessThan(1800);
  });

  it("finds out that a neighbour is gone although this node is late each time", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    const other = new Adjacency(adjacency.link, "other", adjacency.localToken, 9);
    let now = 0;
    for (; adjacency.alive && now < 30_000; now += 450) {
      liveness.handleTimeout(now);
      // It has something to do soon, and comes to it late: nearly all of its time is lateness.
      liveness.start(other, now + 10);
    }
    expect(now).toBeLessThanOrEqual(EXCUSED_MAX_MS + 900 + 2 * 450);
  });

  it("gives a neighbour that is not heard its time again when this node was stopped, but not each time for good", () => {
    liveness.start(adjacency, 0);
    hear({ final: true }, 0);
    let stops = 0;
    for (let now = 1000; adjacency.alive && stops < 100; now += 2000, stops += 1) liveness.handleTimeout(now);
    expect(stops).toBe(RESUMES_MAX + 1);
    // One that is heard in between has it each time.
    hear({ final: true }, 20_000);
    for (let now = 21_000; now < 60_000; now += 2000) {
      liveness.handleTimeout(now);
      expect(adjacency.alive).toBe(true);
      hear({ final: true }, now + 10);
    }
  });

  describe("with a neighbour that is near", () => {
    /** Hellos of this end from 1 to 10 s, while the neighbour says hello each 200 ms. */
    const inStep = (): { at: number; afterNeighbour: number }[] => {
      liveness.start(adjacency, 0);
      hear({ final: true }, 0);
      const found: { at: number; afterNeighbour: number }[] = [];
      for (let now = 0, heardAt = 0; now < 10_000; now += 1) {
        const before = door.frames.length;
        if (now % 200 === 100) {
          heardAt = now;
          hear({ sequence: now }, now);
        }
        liveness.handleTimeout(now);
        for (const hello of sent(before)) {
          if (hello.poll) hear({ final: true, sequence: hello.sequence }, now);
          if (now >= 1000) found.push({ at: now, afterNeighbour: now - heardAt });
        }
      }
      return found;
    };

    it("says hello with it, so that both nodes wake once", () => {
      const hellos = inStep();
      expect(hellos.length).toBe(45);
      expect(new Set(hellos.map(({ afterNeighbour }) => afterNeighbour))).toEqual(new Set([0]));
    });

    it("says hello to all at once where there are many, and they follow", () => {
      for (let number = 1; number < HELLOS_IN_STEP_FROM; number += 1)
        liveness.start(new Adjacency(adjacency.link, `other ${number}`, token, 100 + number), 0);
      const hellos = inStep();
      expect(hellos.every(({ at }) => at % 25 === 0)).toBe(true);
      expect(new Set(hellos.map(({ afterNeighbour }) => afterNeighbour)).size).toBeGreaterThan(1);
    });
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
