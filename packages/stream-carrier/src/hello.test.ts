import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeHello, encodeHello, END_NAME_OCTETS, HELLO_MAX_OCTETS } from "./hello.ts";

const name = Uint8Array.from({ length: END_NAME_OCTETS }, (_, index) => index);
const octets = encodeHello({ frameMax: 16_384, name });
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a hello", () => {
  it("stands in the stream as it is drawn", () => {
    expect(Buffer.from(octets).toString("hex")).toBe(
      `001f${Buffer.from("flor-stream/1").toString("hex")}4000000102030405060708090a0b0c0d0e0f`,
    );
    expect(decodeHello(octets)).toEqual({ hello: { frameMax: 16_384, name }, octets: octets.length });
  });

  it("is asked for as long as it is not whole, wherever it is cut", () => {
    for (let end = 0; end < octets.length; end += 1)
      expect(decodeHello(octets.subarray(0, end))).toEqual({ needed: true });
  });

  it("may hold more, and be followed by frames", () => {
    const longer = new Uint8Array(HELLO_MAX_OCTETS + 2 + 10);
    longer.set(octets);
    longer[1] = HELLO_MAX_OCTETS;
    expect(decodeHello(longer)).toEqual({ hello: { frameMax: 16_384, name }, octets: HELLO_MAX_OCTETS + 2 });
  });

  it.each([
    ["a web server", "HTTP/1.1 400 Bad Request\r\n", '"HTTP/1.1 400 Bad Request.."'],
    ["sshd", "SSH-2.0-OpenSSH_9.9\r\n", '"SSH-2.0-OpenSSH_9.9.."'],
    ["a shell", "\u001b]0;bash: flor: not found\n", '".]0;bash: flor: not found."'],
  ])("is not what %s says", (_, said, quoted) => {
    expect(decodeHello(ascii(said))).toEqual({
      error: `the other end does not speak flor-stream/1: it began with ${quoted}`,
    });
  });

  it("of another version is refused before it is whole", () => {
    const other = octets.slice(0, 15);
    other[14] = "2".charCodeAt(0);
    expect(decodeHello(other)).toHaveProperty("error");
  });

  it("is none of what is too short or too long", () => {
    for (const length of [0, 30, 256, 65_535]) {
      const wrong = octets.slice();
      new DataView(wrong.buffer).setUint16(0, length);
      expect(decodeHello(wrong)).toHaveProperty("error");
    }
  });

  it("of an end that takes less than nodes need is refused in words, and leaves no port that is never up", () => {
    expect(decodeHello(encodeHello({ frameMax: 1279, name }))).toEqual({
      error: "the other end takes frames of at most 1279 octets; 1280 are needed",
    });
  });

  it("never throws at what strangers send", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (random) => {
        const decoded = decodeHello(random);
        return "error" in decoded || "needed" in decoded || decoded.octets <= random.length;
      }),
      { numRuns: 10_000 },
    );
  });
});
