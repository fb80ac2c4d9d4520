import { IncomingLabelMap, pushStack } from "@flor/label";
import {
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  INITIAL_TTL,
  LABEL_GAL,
  LABEL_STACK_MAX_DEPTH,
  readFrameHeader,
  tokenFrom,
  unpackLabelStackEntry,
  viewOf,
  writeFrameHeader,
} from "@flor/wire";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency.ts";
import { Forwarder, type NextHop } from "./forward.ts";
import { Neighbour } from "./neighbour.ts";
import { NodeLink } from "./node-link.ts";
import { type RecordingDoor, recordingDoor } from "./recording-door.testing.ts";
import { TRANSIT_QUEUE_MAX_OCTETS, TransitQueue } from "./transit-queue.ts";

const token = (n: number): ReturnType<typeof tokenFrom> => tokenFrom(new Uint8Array(8).fill(n));
const LOCAL = token(1);
const PEER = token(2);
const PAYLOAD = new Uint8Array([9, 8, 7, 6, 5]);

let door: RecordingDoor;
let link: NodeLink;
let to: Adjacency;
let labels: IncomingLabelMap<NextHop>;
let consumed: Uint8Array[];
let controlled: Uint8Array[];
let tooBig: unknown[];
let forwarder: Forwarder;
let transitLabel: number;
let deliveryLabel: number;

beforeEach(() => {
  door = recordingDoor();
  link = new NodeLink("wan", "udp", new TransitQueue());
  link.door = door;
  const from = new Adjacency(link, "from", LOCAL, 1);
  link.ports[3] = from;
  to = new Adjacency(link, "to", LOCAL, 2);
  Object.assign(to, { port: 4, portUp: true, peerToken: PEER, mtu: 1472 });
  const neighbour = new Neighbour("aa", new Uint8Array(32), "home");
  neighbour.best = to;
  labels = new IncomingLabelMap<NextHop>(1234);
  consumed = [];
  controlled = [];
  tooBig = [];
  transitLabel = labels.bind({ nextHop: { neighbour }, push: [] }, 0) ?? 0;
  const take = (into: Uint8Array[]) => ({
    handlePayload: (octets: Uint8Array, offset: number, end: number) => void into.push(octets.slice(offset, end)),
  });
  deliveryLabel = labels.bind({ nextHop: { consumer: take(consumed) }, push: [] }, 0) ?? 0;
  forwarder = new Forwarder(labels, take(controlled), { handleTooBig: (...told) => void tooBig.push(told) });
});

interface Frame {
  stack: number[];
  payload?: Uint8Array;
  ttl?: number;
  port?: number;
  token?: typeof LOCAL;
}

function bundleOf(...frames: Frame[]): Uint8Array {
  const parts = frames.map(({ stack, payload = PAYLOAD, ttl = 32, port = 3, token: bears = LOCAL }) => {
    const octets = new Uint8Array(FRAME_HEADER_OCTETS + 4 * stack.length + payload.length);
    const view = viewOf(octets);
    const length = octets.length - FRAME_HEADER_OCTETS;
    writeFrameHeader(view, 0, { type: FRAME_DATA, flags: 0, length, port, token: bears });
    octets.set(payload, pushStack(view, FRAME_HEADER_OCTETS, stack, ttl));
    return octets;
  });
  const bundle = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (bundle.set(part, at), at + part.length), 0);
  return bundle;
}

function transitNextHop(): { neighbour: Neighbour } {
  const nextHop = labels.lookup(transitLabel)?.nextHop;
  if (nextHop === undefined || !("neighbour" in nextHop)) throw new Error("the transit label is not bound");
  return nextHop;
}

function receive(...frames: Frame[]): void {
  const bundle = bundleOf(...frames);
  forwarder.receive(link, bundle, viewOf(bundle), 0, bundle.length, 0);
}

describe("a node that carries nothing for others", () => {
  it("drops and counts what a neighbour sends for another, and takes what ends here or leaves under labels of its own", () => {
    to.alive = true;
    const bound = labels.bind({ nextHop: transitNextHop(), push: [71] }, 0) ?? 0;
    const all = [
      { stack: [transitLabel, 900] },
      { stack: [transitLabel] },
      { stack: [deliveryLabel] },
      { stack: [bound] },
    ];
    forwarder.refusesTransitFrom = 1;
    receive(...all);
    expect([forwarder.drops.counts["transit-refused"], forwarder.transitAt]).toEqual([0, 0]);
    expect([door.frames.length, consumed.length]).toEqual([2, 1]);
    forwarder.refusesTransitFrom = 0;
    receive(...all);
    expect(forwarder.drops.counts["transit-refused"]).toBe(2);
    expect([door.frames.length, consumed.length]).toEqual([3, 2]);
  });
});

describe("the repair before a silent neighbour", () => {
  const entriesOf = (frame: Uint8Array | undefined, count: number) =>
    Array.from({ length: count }, (_, n) =>
      unpackLabelStackEntry(viewOf(frame ?? new Uint8Array(64)).getUint32(16 + 4 * n)),
    );

  beforeEach(() => {
    const other = new Adjacency(link, "other", LOCAL, 5);
    Object.assign(other, { port: 6, portUp: true, peerToken: PEER, mtu: 1472, alive: true });
    const beside = new Neighbour("bb", new Uint8Array(32), "beside");
    beside.best = other;
    transitNextHop().neighbour.repair = {
      around: new Map([[500, { nextHop: beside, push: [71, 72] }]]),
      toward: { nextHop: beside, push: [73] },
    };
  });

  it("pops the silent node's own label too, and pushes the way past it, marked", () => {
    receive({ stack: [transitLabel, 500, 900], ttl: 20 });
    expect(readFrameHeader(viewOf(door.frames[0] ?? new Uint8Array()), 0, 4096)?.port).toBe(6);
    expect(entriesOf(door.frames[0], 3)).toEqual([
      { label: 71, trafficClass: 1, bottom: false, ttl: 19 },
      { label: 72, trafficClass: 1, bottom: false, ttl: 19 },
      { label: 900, trafficClass: 0, bottom: true, ttl: 19 },
    ]);
    expect(door.frames[0]?.slice(28)).toEqual(PAYLOAD);
    expect(forwarder.framesRepaired).toBe(1);
    expect([link.framesRepaired, link.framesToSilent]).toEqual([1, 0]);
  });

  it("goes to the node itself by another way when the frame ends there, or when its label is unknown", () => {
    receive({ stack: [transitLabel, 500] }, { stack: [transitLabel, 501, 900] });
    expect(entriesOf(door.frames[0], 2).map(({ label }) => label)).toEqual([73, 500]);
    expect(entriesOf(door.frames[1], 3).map(({ label }) => label)).toEqual([73, 501, 900]);
  });

  it("repairs nothing while the neighbour is alive", () => {
    to.alive = true;
    receive({ stack: [transitLabel, 500, 900] });
    expect(entriesOf(door.frames[0], 2).map(({ label }) => label)).toEqual([500, 900]);
    expect(forwarder.framesRepaired).toBe(0);
    expect([link.framesRepaired, link.framesToSilent]).toEqual([0, 0]);
  });

  it("sends to the silent neighbour where there is no other way, and counts that apart, since it may be lost", () => {
    transitNextHop().neighbour.repair = undefined;
    receive({ stack: [transitLabel, 500, 900] });
    expect(door.frames).toHaveLength(1);
    expect([link.framesRepaired, link.framesToSilent]).toEqual([0, 1]);
  });

  it("drops and counts what was repaired once, so that nothing goes in a circle", () => {
    const bundle = bundleOf({ stack: [transitLabel, 500, 900] });
    viewOf(bundle).setUint32(16, (viewOf(bundle).getUint32(16) | (1 << 9)) >>> 0);
    forwarder.receive(link, bundle, viewOf(bundle), 0, bundle.length, 0);
    expect(door.frames).toEqual([]);
    expect(forwarder.drops.counts["repair-failed"]).toBe(1);
  });
});

describe("transit", () => {
  it("pops its label and sends what is under it, under the next hop's token and port", () => {
    receive({ stack: [transitLabel, 4242] });
    const [frame] = door.frames;
    const view = viewOf(frame ?? new Uint8Array());
    expect(readFrameHeader(view, 0, view.byteLength)).toEqual({
      type: FRAME_DATA,
      flags: 0,
      length: 9,
      port: 4,
      token: PEER,
    });
    expect(unpackLabelStackEntry(view.getUint32(16))).toEqual({ label: 4242, trafficClass: 0, bottom: true, ttl: 31 });
    expect(frame?.slice(20)).toEqual(PAYLOAD);
  });

  it("swaps, and pushes more than one label (RFC 3031 section 3.10)", () => {
    const neighbour = transitNextHop();
    labels.rebind(transitLabel, { nextHop: neighbour, push: [700, 701] });
    receive({ stack: [transitLabel] });
    const view = viewOf(door.frames[0] ?? new Uint8Array());
    expect(unpackLabelStackEntry(view.getUint32(16))).toMatchObject({ label: 700, bottom: false, ttl: 31 });
    expect(unpackLabelStackEntry(view.getUint32(20))).toMatchObject({ label: 701, bottom: true, ttl: 31 });
  });

  it("forwards every frame of a bundle in order", () => {
    receive(...[1, 2, 3].map((n) => ({ stack: [transitLabel, 100], payload: new Uint8Array([n]) })));
    expect(door.frames.map((frame) => frame[20])).toEqual([1, 2, 3]);
  });

  it("drops at TTL zero, neither strips nor forwards (RFC 3032 section 2.4.1)", () => {
    receive({ stack: [transitLabel, 100], ttl: 1 }, { stack: [transitLabel, 100], ttl: 0 });
    expect(door.frames).toEqual([]);
    expect(forwarder.drops.counts["ttl-expired"]).toBe(2);
  });

  it("forwards the deepest stack that is allowed, and drops and counts a deeper one", () => {
    const stackOf = (entries: number): number[] => [transitLabel, ...Array<number>(entries - 1).fill(100)];
    receive({ stack: stackOf(LABEL_STACK_MAX_DEPTH) });
    expect(door.frames).toHaveLength(1);
    receive({ stack: stackOf(LABEL_STACK_MAX_DEPTH + 1) }, { stack: stackOf(250), ttl: 255 });
    expect(door.frames).toHaveLength(1);
    expect(forwarder.drops.counts["too-deep"]).toBe(2);
  });

  it("believes no TTL above the one that an ingress writes: a frame bounces no longer than an honest one", () => {
    receive({ stack: [transitLabel, 100], ttl: 255 });
    const view = viewOf(door.frames[0]!);
    expect(unpackLabelStackEntry(view.getUint32(16)).ttl).toBe(INITIAL_TTL - 1);
  });

  it("drops a label without anything under it, and one without next hop", () => {
    receive({ stack: [transitLabel] });
    expect(forwarder.drops.counts["no-next-label"]).toBe(1);
    transitNextHop().neighbour.best = undefined;
    receive({ stack: [transitLabel, 100] });
    expect(forwarder.drops.counts["no-next-hop"]).toBe(1);
    expect(door.frames).toEqual([]);
  });

  it("forwards a frame of exactly the port's MTU, and drops and reports one octet more", () => {
    const fits = new Uint8Array(1472 - 16 - 4);
    receive(
      { stack: [transitLabel, 100], payload: fits },
      { stack: [transitLabel, 100], payload: new Uint8Array(fits.length + 1) },
    );
    expect(door.frames).toHaveLength(1);
    expect(forwarder.drops.counts["too-big"]).toBe(1);
    expect(tooBig).toHaveLength(1);
  });

  it("queues within a bound while the link has no credit, drops the oldest and counts them", () => {
    door.hasCredit = false;
    const payload = new Uint8Array(1400);
    const frames = Math.ceil(TRANSIT_QUEUE_MAX_OCTETS / (1400 + 20)) + 10;
    for (let i = 0; i < frames; i += 1) receive({ stack: [transitLabel, 100], payload });
    expect(link.transit.octets).toBeLessThanOrEqual(TRANSIT_QUEUE_MAX_OCTETS);
    expect(forwarder.drops.counts["transit-queue"]).toBe(frames - link.transit.frames);
    door.hasCredit = true;
    const queued = link.transit.frames;
    link.transit.drainTo(door);
    expect(door.frames).toHaveLength(queued);
  });
});

describe("receive", () => {
  it("gives the payload under its own label to the consumer", () => {
    receive({ stack: [deliveryLabel] });
    expect(consumed).toEqual([PAYLOAD]);
  });

  it("drops and counts an unknown port, a wrong token and an unknown label", () => {
    receive(
      { stack: [deliveryLabel], port: 9 },
      { stack: [deliveryLabel], token: PEER },
      { stack: [deliveryLabel + 5] },
    );
    expect(consumed).toEqual([]);
    expect(forwarder.drops.counts).toMatchObject({ "unknown-port": 1, "bad-token": 1, "unknown-label": 1 });
  });

  it("takes control under the GAL with the right token or the zero token, no other", () => {
    const zero = { high: 0, low: 0 };
    receive({ stack: [LABEL_GAL] }, { stack: [LABEL_GAL], token: zero }, { stack: [LABEL_GAL], token: PEER });
    expect(controlled).toHaveLength(2);
    receive({ stack: [deliveryLabel], token: zero });
    expect(consumed).toEqual([]);
    expect(forwarder.drops.counts["bad-token"]).toBe(2);
  });

  it("holds frames that are wrong against their link", () => {
    for (let count = 0; count < 5000; count += 1) receive({ stack: [deliveryLabel], token: PEER });
    expect(link.conduct.reason(0)).toBe("frames without their neighbour's token: 5000 in a second");
  });

  it("looks at so many packets that want admission, and at all others", () => {
    const packet = new Uint8Array(1200).fill(1);
    for (let count = 0; count < 1000; count += 1) receive({ stack: [LABEL_GAL], payload: packet });
    expect(controlled.length).toBeGreaterThan(400);
    expect(forwarder.drops.counts["admission-flood"]).toBe(1000 - controlled.length);
    expect(link.conduct.reason(0)).toMatch(/^more packets of strangers than are checked: \d+ in a second$/);
    receive({ stack: [deliveryLabel] });
    expect(consumed).toHaveLength(1);
  });

  it("lets no flood of strangers starve a neighbour", () => {
    const packet = new Uint8Array(1200).fill(1);
    link.ports[5] = Object.assign(new Adjacency(link, "known", PEER, 3), { neighbour: transitNextHop().neighbour });
    for (let count = 0; count < 1000; count += 1) receive({ stack: [LABEL_GAL], payload: packet });
    const before = controlled.length;
    receive({ stack: [LABEL_GAL], payload: packet, port: 5, token: PEER });
    expect(controlled).toHaveLength(before + 1);
  });

  it("survives any content under any header", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (content, known) => {
        const octets = new Uint8Array(FRAME_HEADER_OCTETS + content.length);
        writeFrameHeader(viewOf(octets), 0, {
          type: FRAME_DATA,
          flags: 0,
          length: content.length,
          port: 3,
          token: LOCAL,
        });
        octets.set(content, FRAME_HEADER_OCTETS);
        if (known && content.length >= 4)
          viewOf(octets).setUint32(16, ((transitLabel << 12) | (content[2] ?? 0)) >>> 0);
        forwarder.receive(link, octets, viewOf(octets), 0, octets.length, 0);
      }),
      { numRuns: 10_000 },
    );
  });
});
