import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANDIDATES_MAX, ownCandidates, takeCandidates } from "./candidates.ts";
import { Observations } from "./observations.ts";
import { addressOf, scopeOf } from "./udp-address.ts";

const SEEN = ["203.0.113.1:40000"];
const HOSTS = ["192.168.1.5:4600/24", "[2001:db8::5]:4600/64"];

describe("addresses that a peer tells", () => {
  const refused =
    "127.0.0.1:4600 0.0.0.0:4600 169.254.169.254:4600 224.0.0.1:4600 255.255.255.255:4600 240.1.2.3:4600 " +
    "168.63.129.16:4600 [::1]:4600 [::]:4600 [fe80::1]:4600 [ff02::1]:4600 [::ffff:127.0.0.1]:4600 [64:ff9b::7f00:1]:4600 " +
    "[2002:7f00:1::]:4600 [4000::1]:4600";
  it.each(refused.split(" "))("are never tried when they lead to this machine or to many: %s", (text) => {
    expect(takeCandidates([text], SEEN, HOSTS)).toMatchObject({ taken: [], refused: { forbidden: 1 } });
  });

  it.each(["", "host:4600", "203.0.113.9", "203.0.113.9:53", "203.0.113.9:0", "203.0.113.9:65536", "[fe80::1%1]:4600"])(
    "are no addresses: %j",
    (text) => expect(takeCandidates([text], SEEN, HOSTS)).toMatchObject({ taken: [], refused: { malformed: 1 } }),
  );

  it("are tried in a private network only if this machine is in it, and behind the same public address", () => {
    const near = "192.168.1.9:4600";
    const other = "192.168.2.9:4600";
    expect(takeCandidates([near, other, "203.0.113.1:40001"], SEEN, HOSTS).taken).toEqual([near, "203.0.113.1:40001"]);
    expect(takeCandidates([near, "203.0.113.2:40001"], SEEN, HOSTS)).toEqual({
      taken: ["203.0.113.2:40001"],
      refused: { malformed: 0, forbidden: 0, elsewhere: 1 },
    });
  });

  it("are tried in a private network where this node itself is seen under a private address", () => {
    expect(takeCandidates(["10.9.0.2:4600"], ["10.1.0.2:40000"], HOSTS).taken).toEqual(["10.9.0.2:4600"]);
  });

  it("are no more than the bound, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.ipV4().map((ip) => `${ip}:4600`),
          ),
          { maxLength: 64 },
        ),
        (texts) => {
          const { taken } = takeCandidates(texts, SEEN, HOSTS);
          expect(taken.length).toBeLessThanOrEqual(CANDIDATES_MAX);
          for (const text of taken) expect(scopeOf(addressOf(text)!.octets)).not.toBe("refused");
        },
      ),
    );
  });
});

describe("addresses that a node tells of itself", () => {
  it("are private ones only to who is behind the same public address", () => {
    expect(ownCandidates(HOSTS, SEEN, [])).toEqual(["[2001:db8::5]:4600", ...SEEN]);
    expect(ownCandidates(HOSTS, SEEN, ["203.0.113.1:50000"])).toEqual([
      "192.168.1.5:4600",
      "[2001:db8::5]:4600",
      ...SEEN,
    ]);
  });
});

describe("what neighbours see", () => {
  it("tells the kind of mapping when two of them say it", () => {
    const seen = new Observations();
    expect(seen.mapping(HOSTS)).toBe("unknown");
    expect(seen.set("r1", "203.0.113.1:40000")).toBe(true);
    expect(seen.set("r1", "203.0.113.1:40000")).toBe(false);
    expect(seen.mapping(HOSTS)).toBe("unknown");
    seen.set("r2", "203.0.113.1:40000");
    expect(seen.mapping(HOSTS)).toBe("independent");
    seen.set("r2", "203.0.113.1:40001");
    expect(seen.mapping(HOSTS)).toBe("dependent");
    expect([seen.setHeard("r2", false), seen.setHeard("r2", false)]).toEqual([true, false]);
    expect(seen.mapping(HOSTS)).toBe("unknown");
    expect([seen.setHeard("r2", true), seen.setHeard("r2", true)]).toEqual([true, false]);
    expect(seen.mapping(HOSTS)).toBe("dependent");
    seen.setHeard("r2", false);
    seen.set("r1", "192.168.1.5:4600");
    expect(seen.mapping(HOSTS)).toBe("none");
    expect(seen.set("r3", "no address")).toBe(false);
  });
});
