/** What arrives and what is acknowledged, in any order, against models that are slow and plain. */
import { Pieces } from "@flor/machine";
import { describe, expect, it } from "vitest";
import { AckPolicy } from "../connection/ack-policy.ts";
import { PacketBuilder } from "../frame/packet-builder.ts";
import { frameType } from "../frame/frame-type.ts";
import { OctetReader } from "../packet/octet-reader.ts";
import { PacketSpace } from "../recovery/packet-space.ts";
import { RECEIVED_RANGES_MAX } from "../recovery/received-packets.ts";
import { BlockPool } from "../stream/block-pool.ts";
import { RangeSet } from "../stream/range-set.ts";
import { ReceiveBuffer } from "../stream/receive-buffer.ts";
import { SendBuffer } from "../stream/send-buffer.ts";
import { NaiveSentPackets } from "./naive-sent-packets.testing.ts";
import { below, random, repeat, RUNS, TIME_LIMIT_MS } from "./runs.testing.ts";

const pool = new BlockPool();
const lent = new Pieces();

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

describe("acknowledgements", () => {
  /** Numbers of one life of a space: enough for more gaps than are remembered. */
  const NUMBERS = 2000;
  const PACKET_OCTETS = 600;

  it("name what arrived and nothing else, with the largest first", { timeout: TIME_LIMIT_MS }, () => {
    const packet = new PacketBuilder(new PacketSpace("application", pool).sent.frames);
    packet.octets = new Uint8Array(PACKET_OCTETS);
    let [space, naive] = [new PacketSpace("application", pool), new Uint8Array(NUMBERS)];
    let policy = new AckPolicy();
    let overflows = 0;
    repeat(() => {
      const { received } = space;
      const near = Math.max(0, received.largest - 20 + below(60));
      const number = random() < 0.5 ? below(NUMBERS) : Math.min(NUMBERS - 1, near);
      const isKnown = received.has(number);
      must(naive[number] === 0 || isKnown, `packet ${number} would be taken twice`);
      // What lies below the oldest range that is remembered counts as received.
      const oldest = received.count === 0 ? 0 : received.firstOf(received.count - 1);
      if (naive[number] === 0 && isKnown) must(number < oldest, `packet ${number} never came`);
      if (!isKnown) {
        if (received.count === RECEIVED_RANGES_MAX) overflows += 1;
        const before = received.largest;
        received.add(number);
        naive[number] = 1;
        policy.handleReceived(space, number, before, false, 0);
      }
      must(received.largest === naive.lastIndexOf(1), "the largest is another");
      if (random() < 0.05) checkFrame(policy, packet, space, naive);
      if (random() > 1 / 3000) return;
      [space, naive] = [new PacketSpace("application", pool), new Uint8Array(NUMBERS)];
      policy = new AckPolicy();
    });
    expect(overflows).toBeGreaterThan(0);
  });

  /** Writes an ACK frame into as much room as there happens to be, and reads it as a peer does. */
  function checkFrame(policy: AckPolicy, packet: PacketBuilder, space: PacketSpace, naive: Uint8Array): void {
    const { received } = space;
    must(received.count <= RECEIVED_RANGES_MAX, "too many ranges");
    const isOwed = space.owedAcks > 0;
    packet.begin(space.sent.frames, 0, 40 + below(PACKET_OCTETS - 40));
    policy.fill(packet, space, space.sent.reserve(), 1);
    must(packet.at <= packet.limit, "the frame is longer than its packet");
    if (!isOwed) return;
    const reader = new OctetReader();
    reader.begin(packet.octets, 0, packet.at);
    must(reader.varint() === frameType.ack, "no ACK frame");
    let last = reader.varint();
    must(last === received.largest, "the largest is not the first");
    reader.varint();
    const more = reader.varint();
    for (let range = 0; range <= more; range += 1) {
      if (range > 0) last -= reader.varint() + 2;
      const first = last - reader.varint();
      must(first >= 0 && !naive.subarray(first, last + 1).includes(0), `${first} to ${last} did not all come`);
      const isOldest = first === received.firstOf(received.count - 1);
      must(isOldest || naive[first - 1] === 0, `the range from ${first} is cut`);
      last = first;
    }
    must(!reader.isBroken && reader.left === 0, "the frame has another length");
    if (random() < 0.3) received.acknowledged = below(received.largest + 1);
  }

  it("of a peer settle each packet and each of its frames as a plain list does", { timeout: TIME_LIMIT_MS }, () => {
    let packets = new NaiveSentPackets(pool);
    const seen = { acked: 0, lost: 0, spurious: 0 };
    repeat(() => {
      const what = random();
      if (what < 0.5) packets.send();
      else if (what < 0.9) packets.acknowledge(below, random);
      else packets.pass(1 + below(300));
      packets.check();
      if (random() > 0.002) return;
      for (const name of ["acked", "lost", "spurious"] as const) seen[name] += packets.seen[name];
      packets = new NaiveSentPackets(pool);
    });
    expect(seen.acked).toBeGreaterThan(RUNS / 100);
    expect(seen.lost).toBeGreaterThan(RUNS / 100);
    expect(seen.spurious).toBeGreaterThan(0);
  });
});

describe("a stream", () => {
  const WINDOW_OCTETS = 8000;
  const LIFE_OCTETS = 200_000;
  const content = Uint8Array.from({ length: LIFE_OCTETS + WINDOW_OCTETS }, (_, at) => at * 31 + (at >> 9));

  it("is put in order again, whatever comes twice, early or in part", { timeout: TIME_LIMIT_MS }, () => {
    let buffer = new ReceiveBuffer(pool);
    let has = new Uint8Array(content.length);
    const into = new Uint8Array(WINDOW_OCTETS);
    let carried = 0;
    repeat(() => {
      const offset = Math.max(0, buffer.read - 200 + below(WINDOW_OCTETS));
      const most = buffer.read + WINDOW_OCTETS;
      const end = Math.min(most, offset + below(random() < 0.2 ? WINDOW_OCTETS : 1300));
      if (end > offset) {
        must(buffer.insert(offset, content, offset, end), "too many gaps");
        has.fill(1, offset, end);
      }
      const missing = has.indexOf(0, buffer.read);
      must(buffer.available === missing - buffer.read, `${buffer.available} octets are said to be there`);
      if (random() < 0.3) carried += read(buffer, into);
      if (buffer.read < LIFE_OCTETS && random() > 0.0005) return;
      buffer.drop();
      [buffer, has] = [new ReceiveBuffer(pool), new Uint8Array(content.length)];
    });
    expect(carried).toBeGreaterThan(RUNS);
  });

  /** Reads some octets, the one way or the other, and compares them. */
  function read(buffer: ReceiveBuffer, into: Uint8Array): number {
    const from = buffer.read;
    const octets = random() < 0.5 ? buffer.take(into, below(WINDOW_OCTETS)) : lend(buffer, into);
    for (let at = 0; at < octets; at += 1) must(into[at] === content[from + at], `octet ${from + at} is another`);
    return octets;
  }

  function lend(buffer: ReceiveBuffer, into: Uint8Array): number {
    buffer.lend(below(WINDOW_OCTETS), lent);
    let at = 0;
    for (let index = 0; index < lent.count; at += lent.at(index).length, index += 1) into.set(lent.at(index), at);
    must(at === lent.octets, "the pieces are longer or shorter than they say");
    buffer.skip(at);
    return at;
  }

  it("is sent whole, and again where it was lost", { timeout: TIME_LIMIT_MS }, () => {
    /** Of each octet: 0 not sent, 1 on its way, 2 lost, 3 acknowledged. */
    const OCTETS = 1000;
    let [buffer, state] = [new SendBuffer(pool), new Uint8Array(OCTETS)];
    let pieces: (readonly [number, number])[] = [];
    let whole = 0;
    repeat(() => {
      if (buffer.written < OCTETS && random() < 0.2)
        buffer.write(content, buffer.written, Math.min(OCTETS, buffer.written + below(300)));
      if (buffer.isPending && random() < 0.5) {
        const [start, end] = [buffer.nextOffset, Math.min(buffer.nextEnd, buffer.nextOffset + 1 + below(200))];
        buffer.handleSent(start, end);
        for (let at = start; at < end; at += 1) {
          must(state[at] === 0 || state[at] === 2, `octet ${at} goes again without need`);
          state[at] = 1;
        }
        pieces.push([start, end]);
      }
      settle();
      check();
      if (!buffer.isAcked || buffer.written < OCTETS) return;
      whole += 1;
      [buffer, state, pieces] = [new SendBuffer(pool), new Uint8Array(OCTETS), []];
    });
    expect(whole).toBeGreaterThan(RUNS / 1000);

    function settle(): void {
      const piece = pieces[below(pieces.length)];
      if (piece === undefined || random() < 0.5) return;
      const [start, end] = piece;
      const isAcked = random() < 0.7;
      // A piece that was declared lost may be acknowledged later, or be declared lost again when it went again.
      if (isAcked) pieces = pieces.filter((each) => each !== piece);
      if (isAcked) buffer.handleAcked(start, end);
      else buffer.handleLost(start, end);
      for (let at = start; at < end; at += 1) state[at] = isAcked || state[at] === 3 ? 3 : 2;
    }

    function check(): void {
      const first = state.findIndex((each) => each !== 3);
      must(buffer.base === (first < 0 ? OCTETS : first), `acknowledged up to ${buffer.base}`);
      const lost = state.indexOf(2);
      must(buffer.hasLost === lost >= 0, "what is lost is forgotten, or made up");
      if (lost >= 0) must(buffer.nextOffset === lost, `${buffer.nextOffset} is sent before ${lost}`);
    }
  });
});

it("a set of ranges is a set of numbers", { timeout: TIME_LIMIT_MS }, () => {
  const SPAN = 200;
  let [set, naive] = [new RangeSet(), new Uint8Array(SPAN)];
  repeat(() => {
    const start = below(SPAN);
    const end = Math.min(SPAN, start + below(40));
    const isAdded = random() < 0.5;
    if (isAdded) set.add(start, end);
    else set.remove(start, end);
    naive.fill(isAdded ? 1 : 0, start, end);
    const [first, last] = [naive.indexOf(1), naive.lastIndexOf(1)];
    must(set.start === first && set.last === (last < 0 ? -1 : last + 1), "it ends elsewhere");
    let ranges = 0;
    for (let at = 0; at < SPAN; at += 1) if (naive[at] === 1 && (at === 0 || naive[at - 1] === 0)) ranges += 1;
    must(set.size === ranges, `it has ${set.size} ranges, not ${ranges}`);
    set.forEachGap(0, SPAN, (from, to) => {
      for (let at = from; at < to; at += 1) must(naive[at] === 0, `${at} is no gap`);
    });
    if (random() < 0.01) [set, naive] = [new RangeSet(), new Uint8Array(SPAN)];
  });
  expect(set.size).toBeLessThan(SPAN);
});
