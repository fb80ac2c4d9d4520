import { expect, test } from "vitest";
import { plainKeys } from "./plain-keys.ts";

test.each([0, 1, 2, 3])("a packet opens wherever it lies in a bundle: %i octets further on", (shift) => {
  const { packet } = plainKeys(7);
  const sealed = Uint8Array.from({ length: 29 }, (_, index) => index);
  packet.seal(sealed, 0, 11, 13, 2);
  const arrived = new Uint8Array(sealed.length + shift);
  arrived.set(sealed, shift);
  expect(packet.open(arrived, shift, 11 + shift, arrived.length, 2)).toBe(13 + shift);
  arrived[shift + 11] = 0xff;
  expect(packet.open(arrived, shift, 11 + shift, arrived.length, 2)).toBe(-1);
});
