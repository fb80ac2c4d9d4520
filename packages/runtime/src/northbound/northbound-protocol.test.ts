import { layer } from "@flor/node/sample-status";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeLayers,
  decodeNorthboundAnswer,
  encodeLayers,
  encodeNorthboundAnswer,
  NORTHBOUND_LINE_MAX_OCTETS,
  northboundSocketPath,
} from "./northbound-protocol.ts";

const LONGEST = "x".repeat(63);

describe("layers", () => {
  test("are read as they were written", () => {
    const layers = [{ ...layer, link: "below", kind: "native" }, layer];
    expect(decodeLayers(encodeLayers(layers))).toEqual(layers);
    expect(decodeLayers(encodeLayers([]))).toEqual([]);
  });

  test("of the greatest depth and with the longest names fit a line", () => {
    const long = { ...layer, node: LONGEST, network: LONGEST, link: LONGEST, kind: "webtransport" };
    const line = encodeLayers(Array.from({ length: 8 }, () => long));
    expect(line.length).toBeLessThanOrEqual(NORTHBOUND_LINE_MAX_OCTETS);
    expect(decodeLayers(line)).toHaveLength(8);
  });

  test.each([
    ["more than nodes stand on top of each other", Array.from({ length: 9 }, () => layer)],
    ["no list", layer],
    ["a list of something else", [[]]],
    ["nothing in the list", [null]],
    ["no node", [{ ...layer, node: "" }]],
    ["a node that is no text", [{ ...layer, node: 1 }]],
    ["a name that moves the cursor", [{ ...layer, node: "a\u001b[2J" }]],
    ["a name with a line feed", [{ ...layer, network: "a\nb" }]],
    ["a link whose name turns the line round", [{ ...layer, link: "a\u202eb" }]],
    ["a kind that is too long", [{ ...layer, kind: "x".repeat(64) }]],
    ["octets as text", [{ ...layer, overheadOctets: "20" }]],
    ["less than no octets", [{ ...layer, mtuOctets: -1 }]],
    ["half an octet", [{ ...layer, segmentMtuOctets: 0.5 }]],
    ["more octets than a frame has", [{ ...layer, mtuOctets: 65_536 }]],
    ["one good layer and one bad", [layer, { ...layer, kind: undefined }]],
  ])("are not believed: %s", (_what, layers) => {
    expect(decodeLayers(JSON.stringify({ layers }))).toBeUndefined();
  });

  test("are read from whatever comes without a throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((layers) => `{"layers":[${layers}]}`),
        ),
        (line) => {
          const read = decodeLayers(line);
          expect(read === undefined || Array.isArray(read)).toBe(true);
          decodeNorthboundAnswer(line);
        },
      ),
    );
  });
});

describe("an answer", () => {
  test.each([{ attached: true as const, node: "l1" }, { error: "another node is attached" }])(
    "is read as it was written: %j",
    (answer) => {
      expect(decodeNorthboundAnswer(encodeNorthboundAnswer(answer))).toEqual(answer);
    },
  );

  test.each([
    "",
    "null",
    "[]",
    '"attached"',
    '{"attached":true}',
    '{"attached":1,"node":"l1"}',
    '{"error":{"code":"x"}}',
  ])("is none: %s", (line) => {
    expect(decodeNorthboundAnswer(line)).toBeUndefined();
  });
});

test("a socket's path that the system cannot take is refused, and names what to shorten", () => {
  expect(northboundSocketPath("/run/flor", "l1", "team")).toBe("/run/flor/l1+team.north");
  expect(() => northboundSocketPath("/run/user/1000/flor", LONGEST, LONGEST)).toThrow(
    /too long for a socket: shorten the name of the node or northbound/,
  );
});
