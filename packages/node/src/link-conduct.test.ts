import { describe, expect, it } from "vitest";
import { DEGRADED_MS, LinkConduct } from "./link-conduct.ts";

describe("a link's conduct", () => {
  it("is good while offences stay below what bad luck explains, second after second", () => {
    const conduct = new LinkConduct();
    for (let now = 0; now < 60_000; now += 1000) conduct.note("bad-token", now, 4999);
    expect(conduct.reason(60_000)).toBeUndefined();
  });

  it("is bad at once when a second has too many, and says which and how many at most", () => {
    const conduct = new LinkConduct();
    conduct.note("bad-token", 100, 3000);
    expect(conduct.reason(150)).toBeUndefined();
    conduct.note("bad-token", 200, 3000);
    expect(conduct.reason(200)).toBe("frames without their neighbour's token: 6000 in a second");
    conduct.note("bad-token", 2000, 9000);
    conduct.note("bad-token", 4000, 5000);
    expect(conduct.reason(4000)).toBe("frames without their neighbour's token: 9000 in a second");
  });

  it("names every offence that is held against it", () => {
    const conduct = new LinkConduct();
    conduct.note("io-flooded", 0, 7);
    conduct.note("log", 10, 3);
    expect(conduct.reason(20)).toBe(
      "more control messages than are read: 7 in a second; lines of its log left out: 3 in a second",
    );
  });

  it("is forgiven ten seconds after the last bad second, peak included", () => {
    const conduct = new LinkConduct();
    conduct.note("log", 0, 50);
    conduct.note("log", 5000, 2);
    expect(conduct.reason(5000 + DEGRADED_MS - 1)).toBe("lines of its log left out: 50 in a second");
    expect(conduct.reason(5000 + DEGRADED_MS)).toBeUndefined();
    conduct.note("log", 30_000);
    expect(conduct.reason(30_000)).toBe("lines of its log left out");
  });
});
