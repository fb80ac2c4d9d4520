import fc from "fast-check";
import { expect, it } from "vitest";
import { Pieces } from "./pieces.ts";

const octets = Uint8Array.from({ length: 100 }, (_, at) => at);

it("a list of pieces is cut behind any octet of it", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lengths, fc.nat(), (each, at) => {
      const pieces = new Pieces();
      let end = 0;
      for (const length of each) pieces.add(octets, end, (end += length));
      expect([pieces.count, pieces.octets, pieces.isFull]).toEqual([each.length, end, each.length === 8]);
      const from = at % end;
      const rest = pieces.cutBehind(from);
      expect(rest[0]).toBe(from);
      expect(from + rest.length).toBe(pieces.octets);
      expect(Array.from({ length: pieces.count }, (_, index) => [...pieces.at(index)]).flat()).toEqual([
        ...octets.subarray(0, pieces.octets),
      ]);
      expect(pieces.cutBehind(pieces.octets)).toHaveLength(0);
    }),
  );
});

it("a full list takes no piece more, and an empty one has none", () => {
  const pieces = new Pieces();
  for (let index = 0; index < 8; index += 1) pieces.add(octets, index, index + 1);
  expect(() => pieces.add(octets, 0, 1)).toThrow(/holds 8/);
  pieces.clear();
  expect([pieces.count, pieces.octets, pieces.isFull]).toEqual([0, 0, false]);
});
