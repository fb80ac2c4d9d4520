import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CONTROL_MESSAGE_MAX_OCTETS,
  type ControlMessage,
  ControlMessageReader,
  decodeAdvertisement,
  encodeAdvertisement,
  encodeControlMessage,
} from "./control.ts";

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const adjacency = fc.record({ neighbour: bytes(32), label: fc.nat(0xfffff), mtu: fc.nat(65_535), up: fc.boolean() });
const advertisement = fc.record({
  origin: bytes(32),
  instance: bytes(16),
  sequence: fc.maxSafeNat(),
  deliveryLabel: fc.nat(0xfffff),
  adjacencies: fc.array(adjacency, { maxLength: 8 }),
});
const message = fc.oneof<fc.Arbitrary<ControlMessage>[]>(
  fc.record({ introduction: fc.record({ version: fc.constant(1), token: bytes(8), discriminator: fc.nat() }) }),
  fc.record({ pathTooBig: fc.record({ label: fc.nat(0xfffff), mtu: fc.nat(65_535) }) }),
  advertisement.map((value) => ({
    advertisements: { advertisements: [{ advertisement: encodeAdvertisement(value), signature: new Uint8Array(64) }] },
  })),
);

function joined(messages: readonly ControlMessage[]): Uint8Array {
  return new Uint8Array(messages.flatMap((one) => [...encodeControlMessage(one)]));
}

describe("control messages", () => {
  it("come out of the stream as they went in, however it is split", () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(5000)), (messages, cuts) => {
        const stream = joined(messages);
        const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length].toSorted((a, b) => a - b);
        const reader = new ControlMessageReader();
        const read = edges.slice(1).flatMap((end, index) => reader.push(stream.subarray(edges[index], end)));
        expect(read).toHaveLength(messages.length);
        read.forEach((one, index) => expect(one).toMatchObject(messages[index] ?? {}));
      }),
    );
  });

  it("longer than their bound end the stream before they have come", () => {
    const length = (octets: number): Uint8Array => {
      const prefix = new Uint8Array(4);
      new DataView(prefix.buffer).setUint32(0, octets);
      return prefix;
    };
    expect(new ControlMessageReader().push(length(CONTROL_MESSAGE_MAX_OCTETS + 1))).toBeUndefined();
    expect(new ControlMessageReader().push(length(CONTROL_MESSAGE_MAX_OCTETS))).toEqual([]);
  });

  it("of 10,000 random streams never throw", () => {
    const framed = fc.uint8Array({ maxLength: 40 }).map((body) => new Uint8Array([0, 0, 0, body.length, ...body]));
    fc.assert(
      fc.property(fc.array(fc.oneof(framed, fc.uint8Array({ maxLength: 40 })), { maxLength: 5 }), (chunks) => {
        const reader = new ControlMessageReader();
        for (const chunk of chunks) if (reader.push(chunk) === undefined) break;
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("an advertisement", () => {
  it("decodes to what was encoded", () => {
    fc.assert(
      fc.property(advertisement, (value) => {
        expect(decodeAdvertisement(encodeAdvertisement(value))).toMatchObject(value);
      }),
    );
  });

  it("of 10,000 random octets never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        expect(() => decodeAdvertisement(octets)).not.toThrow();
      }),
      { numRuns: 10_000 },
    );
  });
});
