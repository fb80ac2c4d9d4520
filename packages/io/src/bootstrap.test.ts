import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BOOTSTRAP_MAX_OCTETS, DEADLINE_MAX_MS, decodeBootstrap, encodeBootstrap } from "./bootstrap.ts";

const bootstrap = fc.record({
  versions: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
  nodePort: fc.integer({ min: 1, max: 65_535 }),
  secret: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  link: fc.string(),
  incarnation: fc.nat(),
  parentPid: fc.nat(),
  deadlineMs: fc.nat(DEADLINE_MAX_MS),
  stateDir: fc.string(),
  config: fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean())),
});

describe("the bootstrap line", () => {
  it("is one line, and decodes to what was encoded", () => {
    fc.assert(
      fc.property(bootstrap, (values) => {
        const line = encodeBootstrap(values);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        // JSON has no prototypes: what is compared is what JSON can say.
        const plain = { ...values, config: JSON.parse(JSON.stringify(values.config)) as unknown };
        expect(decodeBootstrap(line)).toEqual(plain);
      }),
    );
  });

  it("says what is wrong with it at every prefix", () => {
    fc.assert(
      fc.property(bootstrap, fc.nat(1000), (values, cut) => {
        const line = encodeBootstrap(values);
        expect(decodeBootstrap(line.slice(0, cut % (line.length - 1)))).toHaveProperty("error");
      }),
    );
  });

  it.each([
    ["not JSON", "hello", /not a JSON object/],
    ["without flor_io", "{}", /flor_io/],
    ["with another host", '{"flor_io":{"versions":[1],"address":"192.0.2.1:1","secret":""}}', /address/],
    ["with port 0", '{"flor_io":{"versions":[1],"address":"127.0.0.1:0","secret":""}}', /address/],
    ["with port 65536", '{"flor_io":{"versions":[1],"address":"127.0.0.1:65536","secret":""}}', /address/],
    ["with a short secret", '{"flor_io":{"versions":[1],"address":"127.0.0.1:1","secret":"AAAA"}}', /secret/],
    ["without versions", '{"flor_io":{"address":"127.0.0.1:1"}}', /versions/],
    ["that is too long", " ".repeat(BOOTSTRAP_MAX_OCTETS + 1), /longer/],
  ])("is refused when it is %s", (_, line, error) => {
    expect(decodeBootstrap(line)).toEqual({ error: expect.stringMatching(error) });
  });

  it("gives a handshake half a minute at most", () => {
    const text = '{"flor_io":{"versions":[1],"address":"127.0.0.1:1","secret":"SECRET","deadline_ms":1e300}}';
    const line = text.replace("SECRET", `${"A".repeat(43)}=`);
    expect(decodeBootstrap(line)).toMatchObject({ deadlineMs: 30_000 });
  });

  it("of 10,000 random texts never throws", () => {
    const florIo = fc.record(
      { versions: fc.jsonValue(), address: fc.jsonValue(), secret: fc.jsonValue(), link: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const almost = fc.record({ flor_io: fc.oneof(fc.jsonValue(), florIo) }).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), almost), (line) => {
        expect(() => decodeBootstrap(line)).not.toThrow();
      }),
      { numRuns: 10_000 },
    );
  });
});
