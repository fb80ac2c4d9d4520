import { expect, it } from "vitest";
import { NetworkTime, TIME_VOTES_MAX, type TimeBounds } from "./network-time.ts";

const DAY_MS = 86_400_000;
const RIGHT = Date.UTC(2027, 5, 1);
const member: TimeBounds = { notBefore: RIGHT - 30 * DAY_MS, notAfter: RIGHT + 300 * DAY_MS, believes: "ahead" };

/** A machine whose clock says `wall`, and what its node takes for the time. */
class Machine {
  wall: number;
  readonly time: NetworkTime;

  constructor(wall: number, bounds: TimeBounds = member) {
    this.wall = wall;
    this.time = new NetworkTime({ wallMs: () => this.wall });
    this.time.bounds = bounds;
  }

  /** How far the node is off, days. */
  get off(): number {
    return Math.round((this.time.unixMs() - RIGHT) / DAY_MS);
  }
}

it("a clock of 1970 counts as not before the newest record, and as the peer says as soon as one says it", () => {
  const { time } = new Machine(0);
  expect([time.isDoubtful, time.unixMs()]).toEqual([true, member.notBefore]);
  expect(time.handleTold("vm", RIGHT, true)).toBe(true);
  expect([time.isDoubtful, time.unixMs(), time.offsetMs]).toEqual([false, RIGHT, RIGHT]);
});

it("a clock that is ten years ahead counts as the end of the own membership until a peer says the time", () => {
  const machine = new Machine(RIGHT + 3650 * DAY_MS);
  expect([machine.time.isDoubtful, machine.off]).toEqual([true, 300]);
  expect(machine.time.doubt).toMatchObject({ saidMs: machine.wall, notAfter: member.notAfter });
  machine.time.handleTold("vm", RIGHT, true);
  expect([machine.time.isDoubtful, machine.off]).toEqual([false, 0]);
});

it("a membership that really ended is known to have, once a peer confirms the clock", () => {
  const machine = new Machine(RIGHT + 500 * DAY_MS);
  machine.time.handleTold("vm", RIGHT + 500 * DAY_MS, true);
  expect([machine.time.isDoubtful, machine.off, machine.time.offsetMs]).toEqual([false, 500, 0]);
});

it("a membership that ends while the node runs ends", () => {
  const machine = new Machine(RIGHT + 300 * DAY_MS - 60_000);
  expect(machine.time.isDoubtful).toBe(false);
  for (let step = 0; step < 200; step += 1) {
    machine.wall += 60_000;
    machine.time.unixMs();
  }
  expect(machine.time.isDoubtful).toBe(false);
  expect(machine.time.unixMs()).toBe(machine.wall);
});

it("a possible clock follows one peer ahead of it, and only several behind it", () => {
  const slow = new Machine(RIGHT - DAY_MS);
  expect(slow.time.handleTold("vm", RIGHT, true)).toBe(true);
  expect(slow.off).toBe(0);
  const right = new Machine(RIGHT);
  expect(right.time.handleTold("liar", RIGHT - DAY_MS, true)).toBe(false);
  expect(right.time.handleTold("other", RIGHT - DAY_MS, true)).toBe(true);
});

it("a clock that a peer agrees with is left only for more peers than that", () => {
  const { time } = new Machine(RIGHT);
  time.handleAgreed("vm");
  time.handleAgreed("laptop");
  expect(time.handleTold("a", RIGHT + DAY_MS, true)).toBe(false);
  expect(time.handleTold("b", RIGHT + DAY_MS, true)).toBe(false);
  expect(time.handleTold("b", RIGHT + DAY_MS, true)).toBe(false);
  expect(time.handleTold("c", RIGHT + DAY_MS, true)).toBe(true);
});

it("one liar is left when others say another time", () => {
  const machine = new Machine(RIGHT);
  expect(machine.time.handleTold("liar", RIGHT + 100 * DAY_MS, true)).toBe(true);
  machine.time.handleTold("a", RIGHT, true);
  machine.time.handleTold("b", RIGHT, true);
  expect([machine.off, machine.time.offsetMs]).toEqual([0, 0]);
});

it("nobody moves a node out of what its records allow, and no single peer an issuer", () => {
  const { time } = new Machine(RIGHT);
  expect(["a", "b", "c"].map((peer) => time.handleTold(peer, RIGHT + 400 * DAY_MS, true))).toEqual([
    false,
    false,
    false,
  ]);
  const issuer = new Machine(RIGHT, { ...member, believes: "many" });
  expect(issuer.time.handleTold("a", RIGHT + DAY_MS, true)).toBe(false);
});

it("what answers nothing is believed by a node in doubt alone", () => {
  const { time } = new Machine(RIGHT - DAY_MS);
  expect(time.handleTold("vm", RIGHT, false)).toBe(false);
  const lost = new Machine(RIGHT + 3650 * DAY_MS);
  expect(lost.time.handleTold("vm", RIGHT, false)).toBe(true);
  // It was an old packet: an answer says better.
  expect(lost.time.handleTold("vm", RIGHT + DAY_MS, true)).toBe(true);
});

it("a machine whose clock is set to the network's time goes by its clock again", () => {
  const machine = new Machine(0);
  machine.time.handleTold("vm", RIGHT, true);
  machine.wall += 60_000;
  expect(machine.time.unixMs()).toBe(RIGHT + 60_000);
  machine.wall = RIGHT + 61_000;
  expect([machine.time.unixMs(), machine.time.offsetMs]).toEqual([RIGHT + 61_000, 0]);
});

it("a clock that jumps while the node runs is doubtful", () => {
  const machine = new Machine(RIGHT);
  machine.time.handleAgreed("vm");
  machine.wall += 3650 * DAY_MS;
  expect([machine.time.isDoubtful, machine.off]).toEqual([true, 300]);
  machine.time.handleTold("vm", RIGHT, true);
  expect(machine.off).toBe(0);
});

it("holds the word of so many peers, and no more", () => {
  const { time } = new Machine(RIGHT);
  for (let peer = 0; peer < 10 * TIME_VOTES_MAX; peer += 1) time.handleAgreed(`p${peer}`);
  const said = Array.from({ length: TIME_VOTES_MAX }, (_, at) => time.handleTold(`q${at}`, RIGHT + DAY_MS, true));
  expect(said.filter(Boolean)).toHaveLength(1);
});

it("a time that a replayed packet brought is left for one answer, whichever way, even by an issuer", () => {
  const { time } = new Machine(0, { ...member, believes: "many" });
  time.handleTold("vm", RIGHT + 10 * DAY_MS, false);
  expect(time.handleTold("vm", RIGHT, true)).toBe(true);
  expect([time.unixMs(), time.handleTold("vm", RIGHT + DAY_MS, true)]).toEqual([RIGHT, false]);
});

it("machines that are wrong alike do not take each other's time for right", () => {
  for (const wall of [60_000, RIGHT + 3650 * DAY_MS]) {
    const { time } = new Machine(wall);
    time.handleAgreed("twin");
    expect([time.isDoubtful, time.isConfirmed]).toEqual([true, false]);
    expect(time.handleTold("vm", RIGHT, true)).toBe(true);
  }
});

it("takes the time of a peer that differs little from the newest record's", () => {
  const { time } = new Machine(0, { ...member, notBefore: RIGHT - 60_000 });
  expect(time.handleTold("vm", RIGHT, true)).toBe(true);
  expect(time.unixMs()).toBe(RIGHT);
});

it("does not doubt a clock for a membership that ended before the newest record was signed", () => {
  const { time } = new Machine(RIGHT, { ...member, notBefore: RIGHT - DAY_MS, notAfter: RIGHT - 2 * DAY_MS });
  expect([time.isDoubtful, time.unixMs()]).toEqual([false, RIGHT]);
});

it("goes by the machine's clock again when one peer does", () => {
  const machine = new Machine(RIGHT - 310_000);
  machine.time.handleTold("vm", RIGHT, true);
  // Set by less than the peer said: that is no jump.
  machine.wall = RIGHT - 15_000;
  expect(machine.time.handleTold("vm", RIGHT, true)).toBe(false);
  machine.wall += 10_000;
  expect(machine.time.offsetMs).toBe(310_000);
  expect(machine.time.handleTold("vm", RIGHT - 30_000, true)).toBe(true);
  expect(machine.time.offsetMs).toBe(0);
});

it("is sure of a clock once a peer agrees, and never of another's word", () => {
  const machine = new Machine(RIGHT);
  expect(machine.time.isConfirmed).toBe(false);
  machine.time.handleAgreed("vm");
  expect(machine.time.isConfirmed).toBe(true);
  const moved = new Machine(RIGHT - DAY_MS);
  moved.time.handleTold("vm", RIGHT, true);
  moved.time.handleAgreed("vm");
  expect(moved.time.isConfirmed).toBe(false);
});

it("says a time that an envelope can bear, whatever the clock does", () => {
  const machine = new Machine(RIGHT);
  machine.time.handleTold("a", RIGHT - DAY_MS, true);
  machine.time.handleTold("b", RIGHT - DAY_MS, true);
  machine.wall = 0;
  expect(machine.time.saidMs()).toBe(0);
  machine.wall = Number.MAX_SAFE_INTEGER;
  expect(machine.time.saidMs()).toBe(0xffff_ffff * 1000);
});
