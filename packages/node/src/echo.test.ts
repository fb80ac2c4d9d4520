import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeEcho,
  ECHO_LABELS_MAX,
  ECHO_REPLY_OCTETS,
  echoOctetsMin,
  encodeEchoReply,
  encodeEchoRequest,
  type EchoRequest,
} from "./echo.ts";

const label = fc.integer({ min: 0, max: 0xfffff });
const request = fc.record({
  run: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((octets) => Buffer.from(octets).toString("hex")),
  sequence: fc.integer({ min: 0, max: 0xffffffff }),
  back: fc.array(label, { minLength: 2, maxLength: ECHO_LABELS_MAX }),
  isWhole: fc.boolean(),
  octets: fc.integer({ min: echoOctetsMin(ECHO_LABELS_MAX), max: 1500 }),
});

const sample: EchoRequest = { run: "0123456789abcdef", sequence: 7, back: [17, 18], isWhole: true, octets: 40 };

describe("an echo", () => {
  it("is the written octets", () => {
    const octets = encodeEchoRequest({ ...sample, octets: 0 });
    expect(Buffer.from(octets).toString("hex")).toBe("030202000123456789abcdef000000070000001100000012");
    expect(Buffer.from(encodeEchoReply({ ...sample, isWhole: false }, 3)).toString("hex")).toBe(
      "030100000123456789abcdef0000000700000003",
    );
  });

  it("comes back as it was, at any offset", () => {
    fc.assert(
      fc.property(request, fc.nat(9), (asked, offset) => {
        const octets = encodeEchoRequest(asked);
        const within = new Uint8Array(octets.length + 2 * offset);
        within.set(octets, offset);
        expect(decodeEcho(within, offset, offset + octets.length)).toEqual(asked);
      }),
    );
  });

  it("has a reply that is never longer", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const reply = encodeEchoReply(asked, 5);
        expect(reply.length).toBe(asked.isWhole ? asked.octets : ECHO_REPLY_OCTETS);
        const { run, sequence } = asked;
        expect(decodeEcho(reply, 0, reply.length)).toEqual({ run, sequence, reached: 5 });
      }),
    );
  });

  it("is malformed when cut, with too few or too many labels, or with one that is none", () => {
    const octets = encodeEchoRequest({ ...sample, octets: 0 });
    for (let end = 0; end < octets.length; end += 1) expect(decodeEcho(octets, 0, end)).toBeUndefined();
    const withDepth = (depth: number): Uint8Array => {
      const changed = new Uint8Array(200);
      changed.set(octets);
      changed[2] = depth;
      return changed;
    };
    expect(decodeEcho(withDepth(1), 0, 200)).toBeUndefined();
    expect(decodeEcho(withDepth(ECHO_LABELS_MAX), 0, 200)).toBeDefined();
    expect(decodeEcho(withDepth(ECHO_LABELS_MAX + 1), 0, 200)).toBeUndefined();
    const tooLarge = octets.slice();
    tooLarge[16] = 1;
    expect(decodeEcho(tooLarge, 0, tooLarge.length)).toBeUndefined();
  });

  it("never throws on random octets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => {
        if (octets.length > 0) octets[0] = 0x03;
        decodeEcho(octets, 0, octets.length);
      }),
    );
  });
});
