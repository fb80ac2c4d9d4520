import { expect, it } from "vitest";
import { textOfOctets } from "./text-of-octets.ts";

it("reads UTF-8 with and without a byte order mark as the same text", () => {
  expect(textOfOctets(Buffer.from("pässword\n"))).toEqual({ text: "pässword\n" });
  expect(textOfOctets(Buffer.from("\u{feff}pässword\n"))).toEqual({ text: "pässword\n" });
  expect(textOfOctets(new Uint8Array(0))).toEqual({ text: "" });
});

it.each([
  ["UTF-16 with its mark", Buffer.from("\u{feff}name: x", "utf16le"), "UTF-16"],
  ["UTF-16 without", Buffer.from("name: x", "utf16le"), "UTF-16"],
  ["UTF-16, the greater octet first", Buffer.from("name: x", "utf16le").swap16(), "UTF-16"],
  ["octets of zero", Buffer.from("name: x\nkey: y\n\0\0"), "holds an octet of zero, at 15"],
  ["Latin-1", Buffer.from("pässword", "latin1"), "is not UTF-8"],
])("says what to do with %s", (_, octets, said) => {
  expect(textOfOctets(octets)).toEqual({ problem: expect.stringContaining(said) });
});
