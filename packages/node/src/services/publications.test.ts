import { expect, it } from "vitest";
import { publicationOf } from "./publication.testing.ts";
import { Publications } from "./publications.ts";

it("says everything once more, above an earlier run, when the clock was behind, and nothing when it was ahead", () => {
  let told = 0;
  const publications = new Publications("a".repeat(64), 0, () => (told += 1));
  publications.set(publicationOf("db"));
  publications.raiseSerial(1_811_808_000_000);
  publications.raiseSerial(1_767_225_600_000);
  expect(publications.records().map(({ serial }) => serial)).toEqual([1_811_808_000_001]);
  expect(told).toBe(2);
});
