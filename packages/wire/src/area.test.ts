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
