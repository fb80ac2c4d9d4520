import { describe, expect, it } from "vitest";
import { MISCONDUCT_NEIGHBOURS_MAX, MISCONDUCT_SHOWN_MS, NeighbourConduct } from "./neighbour-conduct.ts";

describe("the conduct of a neighbour", () => {
  it("is shown from the tenth lie within a minute on, for ten minutes, and told once", () => {
    const conduct = new NeighbourConduct();
    const told = Array.from({ length: 12 }, () => conduct.noteRefused("h", "bad-signature", 1000));
    expect(told.flatMap((isTold, index) => (isTold ? [index] : []))).toEqual([9]);
    expect(conduct.reason("h", 1000)).toBe("advertisements with a wrong signature: 12 in a minute");
    expect(conduct.reason("other", 1000)).toBeUndefined();
    expect(conduct.reason("h", 1000 + MISCONDUCT_SHOWN_MS)).toBeUndefined();
  });

  it("is not what is rare, nor what a neighbour cannot help", () => {
    const conduct = new NeighbourConduct();
    for (let minute = 0; minute < 100; minute += 1) {
      for (let time = 0; time < 9; time += 1) conduct.noteRefused("h", "conflict", minute * 60_000);
      for (let time = 0; time < 499; time += 1) conduct.noteRefused("h", "not-a-member", minute * 60_000);
      // Of a whole network that one let in which was an issuer until then.
      for (let time = 0; time < 499; time += 1) conduct.noteRecord("h", "not-an-issuer", minute * 60_000);
    }
    for (let time = 0; time < 1000; time += 1) {
      conduct.noteRefused("h", "full", 0);
      conduct.noteRecord("h", "older", 0);
    }
    expect(conduct.reason("h", 6_000_000)).toBeUndefined();
  });

  it("is remembered of so many neighbours, and no more", () => {
    const conduct = new NeighbourConduct();
    const sin = (key: string): void => {
      for (let time = 0; time < 10; time += 1) conduct.noteRecord(key, "forged", 0);
    };
    for (let n = 0; n <= MISCONDUCT_NEIGHBOURS_MAX; n += 1) sin(`h${n}`);
    expect([conduct.reason("h0", 0), conduct.reason("h1", 0)]).toEqual([
      undefined,
      "memberships or revocations that are malformed or forged: 10 in a minute",
    ]);
  });
});
