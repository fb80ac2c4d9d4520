import { expect, test } from "vitest";
import { AREA_MESSAGE_MAX_OCTETS, AreaMessageReader, encodeAreaMessage } from "./area.ts";

test("a message that is longer than one may be is malformed, before its octets are held", () => {
  const length = (octets: number): Uint8Array => {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, octets);
    return head;
  };
  expect(new AreaMessageReader().push(length(AREA_MESSAGE_MAX_OCTETS + 1))).toBeUndefined();
  expect(new AreaMessageReader().push(length(AREA_MESSAGE_MAX_OCTETS))).toEqual([]);
});

test("messages are read whole, however the stream cuts them", () => {
  const octets = encodeAreaMessage({ id: 7, gone: { cause: 2, text: "no" } });
  for (let at = 0; at <= octets.length; at += 1) {
    const reader = new AreaMessageReader();
    const read = [...(reader.push(octets.subarray(0, at)) ?? []), ...(reader.push(octets.subarray(at)) ?? [])];
    expect(read.map(({ id, gone }) => [id, gone?.text])).toEqual([[7, "no"]]);
  }
});

test("octets that are no message are malformed, and break nothing", () => {
  const whole = encodeAreaMessage({ id: 7, ask: { origin: new Uint8Array(32), host: "b", room: { whole: 1400 } } });
  const read = (octets: Uint8Array): number => new AreaMessageReader().push(octets)?.length ?? -1;
  const counts = new Set<number>();
  for (let at = 4; at < whole.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const spoiled = whole.slice();
      spoiled[at] = (spoiled[at] ?? 0) ^ (1 << bit);
      counts.add(read(spoiled));
    }
  }
  // What is spoiled is another message, or none.
  expect(counts).toEqual(new Set([1, -1]));
  expect(read(Uint8Array.of(0, 0, 0, 0))).toBe(1);
  expect(read(Uint8Array.of(0, 0, 0, 2, 0xff, 0xff))).toBe(-1);
});
