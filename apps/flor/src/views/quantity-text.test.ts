import { expect, test } from "vitest";
import { durationText, octetsText, roundTripText } from "./quantity-text.ts";

test("a length of time is shown in its two largest units", () => {
  const texts = [0, 449, 9_999, 10_000, 59_999, 60_000, 3_599_999, 3_600_000, 90_061_000].map(durationText);
  expect(texts).toEqual([
    "0.0 s",
    "0.4 s",
    "10.0 s",
    "10 s",
    "59 s",
    "1 min 0 s",
    "59 min 59 s",
    "1 h 0 min",
    "1 d 1 h",
  ]);
});

test("octets are shown with three digits and never more", () => {
  const texts = [0, 999, 1000, 1024, 10_240, 102_400, 1_023_487, 1_023_489, 2 ** 40, 2 ** 60].map(octetsText);
  expect(texts).toEqual([
    "0 octets",
    "999 octets",
    "0.98 KiB",
    "1.00 KiB",
    "10.0 KiB",
    "100 KiB",
    "999 KiB",
    "0.98 MiB",
    "1.00 TiB",
    "1048576 TiB",
  ]);
});

test("a round trip is shown where there is one", () => {
  expect([0.314, 41.2, undefined].map(roundTripText)).toEqual(["0.31 ms", "41 ms", "–"]);
});
