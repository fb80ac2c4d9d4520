import { beforeEach, describe, expect, it } from "vitest";
import type { CongestionController } from "../congestion/congestion-controller.ts";
import { BlockPool } from "../stream/block-pool.ts";
import { PacketSpace } from "./packet-space.ts";
import { Recovery } from "./recovery.ts";
import { RttEstimator } from "./rtt-estimator.ts";
import { sentFrame } from "./sent-frames.ts";
import { ACK_ELICITING, IN_FLIGHT, MTU_PROBE } from "./sent-packets.ts";

/** What the controller and the owner of frames are told, in order. */
let told: string[];
let recovery: Recovery;
let spaces: PacketSpace[];
let application: PacketSpace;

function controller(): CongestionController {
  return {
    windowOctets: Infinity,
    pacingRate: Infinity,
    sendQuantum: 0,
    lateCreditMs: 0,
    phase: "",
    datagramOctetsMax: Infinity,
    handleSent: () => {},
    handleAcked: () => void told.push("acked"),
    handleLost: () => void told.push("lost"),
    handleAcknowledgement: (inFlight, rttMs) => void told.push(`acknowledgement ${inFlight} ${rttMs}`),
    handleLossRound: (_inFlight, _at, isPersistent) => void told.push(isPersistent ? "persistent" : "round"),
    handleSpuriousLoss: () => void told.push("spurious"),
    handleCongestionExperienced: () => {},
    handleLimited: () => {},
    handleHandshakeRoundTrip: () => {},
    handlePathChange: () => void told.push("path"),
    handleLateness: () => {},
    setDatagramOctets: () => {},
  };
}

beforeEach(() => {
  told = [];
  const pool = new BlockPool();
  spaces = [new PacketSpace("initial", pool), new PacketSpace("handshake", pool), new PacketSpace("application", pool)];
  application = spaces[2]!;
  recovery = new Recovery(spaces, controller(), {
    handleFrameAcked: (space, slot) => void told.push(`frame ${space.sent.frames.id[slot]} acked`),
    handleFrameLost: (space, slot) => void told.push(`frame ${space.sent.frames.id[slot]} lost`),
    handleMtuProbe: (_octets, isAcked) => void told.push(`probe ${isAcked ? "acked" : "lost"}`),
    handlePacketFate: () => {},
  });
  recovery.isConfirmed = true;
});

/** Sends a packet whose frame carries its number. */
function send(now: number, flags: number = ACK_ELICITING | IN_FLIGHT, space: PacketSpace = application): void {
  const slot = space.sent.reserve();
  if (flags !== 0) space.sent.frames.add(sentFrame.stream, space.sent.next, 0, 1);
  recovery.handleSent(space, slot, 1000, flags, now);
}

function acknowledge(ranges: readonly (readonly [number, number])[], now: number, delay = 0): void {
  const largest = ranges[0]?.[1] ?? 0;
  expect(recovery.beginAck(application, largest)).toBe(true);
  for (const [first, last] of ranges) recovery.ackRange(application, first, last, now);
  recovery.endAck(application, largest, delay, now);
}

describe("round trips (RFC 9002 section 5)", () => {
  it("begin with the first sample, and take the peer's delay off later ones, never below the least", () => {
    const rtt = new RttEstimator();
    rtt.update(100, 30, 0);
    expect([rtt.smoothed, rtt.variation, rtt.least]).toEqual([100, 50, 100]);
    rtt.update(140, 20, 1);
    expect([rtt.smoothed, rtt.variation]).toEqual([102.5, 42.5]);
    rtt.update(110, 20, 2);
    // 90 would be below the least.
    expect(rtt.smoothed).toBeCloseTo(103.4375);
  });

  it("are sampled by the largest packet alone, and only when it is new (5.1)", () => {
    send(0);
    send(10);
    acknowledge([[0, 1]], 50);
    expect(recovery.rtt.latest).toBe(40);
    send(60);
    acknowledge([[0, 1]], 200);
    expect(recovery.rtt.latest).toBe(40);
  });

  it("are not believed once when they span an outage, and then they are", () => {
    for (let packet = 0; packet < 2; packet += 1) send(packet);
    acknowledge([[0, 1]], 50);
    send(100);
    while (recovery.probeCount < 3) recovery.handleTimeout(recovery.nextTimeout());
    acknowledge([[2, 2]], 16_000);
    expect(recovery.rtt.smoothed).toBeLessThan(100);
    send(16_000);
    while (recovery.probeCount < 3) recovery.handleTimeout(recovery.nextTimeout());
    acknowledge([[3, 3]], 20_000);
    expect(recovery.rtt.latest).toBe(4000);
  });
});

describe("loss (RFC 9002 section 6.1)", () => {
  it("is declared three packets behind, before acknowledgements are told", () => {
    for (let packet = 0; packet < 5; packet += 1) send(packet);
    acknowledge([[3, 4]], 50);
    expect(told).toEqual([
      "frame 3 acked",
      "frame 4 acked",
      "lost",
      "frame 0 lost",
      "lost",
      "frame 1 lost",
      "round",
      "acked",
      "acked",
      "acknowledgement 1000 46",
    ]);
  });

  it("is declared by time at 9/8 of the round trip, exactly when the timer says", () => {
    send(0.1);
    send(0.2);
    acknowledge([[1, 1]], 40.3);
    const due = recovery.nextTimeout();
    expect(due).toBeCloseTo(0.1 + (40.1 * 9) / 8);
    recovery.handleTimeout(due - 0.001);
    expect(recovery.lostPackets).toBe(0);
    recovery.handleTimeout(due);
    expect(recovery.lostPackets).toBe(1);
  });

  it("that was none is told, and makes the thresholds wider", () => {
    for (let packet = 0; packet < 8; packet += 1) send(packet);
    acknowledge([[5, 5]], 50);
    expect(recovery.lostPackets).toBe(3);
    told = [];
    acknowledge([[0, 7]], 51);
    expect(told.filter((what) => what === "spurious")).toHaveLength(3);
    expect(recovery.inFlight).toBe(0);
    for (let packet = 0; packet < 8; packet += 1) send(100 + packet);
    acknowledge([[13, 13]], 150);
    expect(recovery.lostPackets).toBe(3);
  });

  it("of a probe of the MTU is no congestion (RFC 9000 14.4)", () => {
    send(0, ACK_ELICITING | IN_FLIGHT | MTU_PROBE);
    for (let packet = 0; packet < 4; packet += 1) send(1);
    acknowledge([[1, 4]], 50);
    expect(told).toContain("probe lost");
    expect(told).not.toContain("round");
  });

  it("of everything over three probe timeouts is persistent congestion (7.6), and less is not", () => {
    send(0);
    acknowledge([[0, 0]], 20);
    for (const at of [100, 150, 900]) send(at);
    send(1001);
    acknowledge([[4, 4]], 1100);
    expect(told).toContain("persistent");
    told = [];
    for (const at of [2000, 2010]) send(at);
    for (let packet = 0; packet < 4; packet += 1) send(2020);
    acknowledge([[7, 10]], 2200);
    expect(told).toContain("round");
    expect(told).not.toContain("persistent");
  });
});

describe("another path (RFC 9000 section 9.4)", () => {
  it("begins with the first values, and takes no sample, rate and loss of packets that went the old one", () => {
    for (let packet = 0; packet < 6; packet += 1) send(packet);
    acknowledge([[0, 0]], 50);
    recovery.handlePathChange(60);
    const first = new RttEstimator();
    expect([recovery.rtt.smoothed, recovery.rtt.variation, recovery.rtt.least]).toEqual([
      first.smoothed,
      first.variation,
      Infinity,
    ]);
    told = [];
    // The last of the old path is heard of: two before it are lost, and in flight no more.
    acknowledge([[5, 5]], 70);
    expect(told).toEqual(["frame 5 acked", "frame 1 lost", "frame 2 lost", "acknowledgement 2000 -1"]);
    expect([recovery.rtt.firstSampleAt, recovery.inFlight, recovery.lostPackets]).toEqual([-1, 2000, 2]);
    send(80);
    acknowledge([[6, 6]], 380);
    expect([recovery.rtt.smoothed, recovery.rtt.least]).toEqual([300, 300]);
  });

  it("forgets time-outs in a row: the next probe waits no longer than a first one", () => {
    send(0);
    while (recovery.probeCount < 4) recovery.handleTimeout(recovery.nextTimeout());
    recovery.handlePathChange(20_000);
    expect([recovery.probeCount, recovery.unansweredSince]).toEqual([0, undefined]);
  });
});

describe("silence", () => {
  it("lasts since something was last acknowledged, though each packet that is sent puts the time-outs off", () => {
    expect(recovery.silentSince).toBeUndefined();
    for (let now = 0; now < 500; now += 10) send(now);
    expect([recovery.probeCount, recovery.unansweredSince, recovery.silentSince]).toEqual([0, undefined, 0]);
    acknowledge([[0, 10]], 500);
    expect(recovery.silentSince).toBe(500);
    acknowledge([[0, 49]], 510);
    expect(recovery.silentSince).toBeUndefined();
    send(900);
    expect(recovery.silentSince).toBe(900);
    recovery.handlePathChange(950);
    expect(recovery.silentSince).toBe(950);
  });
});

describe("probes (RFC 9002 section 6.2)", () => {
  it("wait twice as long each time, and two go, with what is oldest", () => {
    send(0);
    acknowledge([[0, 0]], 100);
    recovery.peerMaxAckDelay = 25;
    send(1000);
    const first = recovery.nextTimeout();
    expect(first).toBe(1000 + 100 + 4 * 50 + 25);
    told = [];
    recovery.handleTimeout(first);
    expect([application.probes, told]).toEqual([2, ["frame 1 lost"]]);
    expect(recovery.lostPackets).toBe(0);
    expect(recovery.nextTimeout()).toBe(1000 + 2 * 325);
    send(first);
    send(first);
    expect(application.probes).toBe(0);
    acknowledge([[2, 3]], first + 100);
    expect(recovery.probeCount).toBe(0);
  });

  it("of 1-RTT packets wait for the handshake to be confirmed (6.2.1)", () => {
    recovery.isConfirmed = false;
    send(0);
    expect(recovery.nextTimeout()).toBe(Infinity);
    recovery.isConfirmed = true;
    expect(recovery.nextTimeout()).toBeLessThan(Infinity);
  });

  it("go from a client that has nothing in flight, while the server may not send (6.2.2.1)", () => {
    recovery.isConfirmed = false;
    recovery.mayDeadlock = true;
    const due = recovery.nextTimeout();
    expect(due).toBe(333 + 4 * 166.5);
    recovery.handleTimeout(due);
    expect(spaces[0]?.probes).toBe(2);
  });

  it("forget what was sent when keys are discarded (6.4)", () => {
    send(0, ACK_ELICITING | IN_FLIGHT, spaces[0]);
    expect(recovery.inFlight).toBe(1000);
    recovery.discard(spaces[0]!);
    expect([recovery.inFlight, recovery.nextTimeout()]).toEqual([0, Infinity]);
  });
});

describe("an acknowledgement", () => {
  it("of what was never sent is refused, and one of what was skipped", () => {
    send(0);
    expect(recovery.beginAck(application, 1)).toBe(false);
    expect(recovery.beginAck(application, 0)).toBe(true);
  });

  it("counts each packet once, however often it is told", () => {
    for (let packet = 0; packet < 100; packet += 1) send(packet);
    acknowledge([[0, 99]], 200);
    acknowledge([[0, 99]], 210);
    expect(told.filter((what) => what === "acked")).toHaveLength(100);
    expect(recovery.inFlight).toBe(0);
    expect(application.sent.base).toBe(100);
  });

  it("frees the records of packets that carry acknowledgements alone, which nobody acknowledges", () => {
    for (let packet = 0; packet < 5000; packet += 1) send(packet, 0);
    application.sent.forget(5000);
    expect(application.sent.base).toBe(5000);
    expect(recovery.inFlight).toBe(0);
  });
});
