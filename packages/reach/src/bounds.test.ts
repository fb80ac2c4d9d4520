import { expect, test } from "vitest";
import { Observations, OBSERVERS_MAX } from "./observations.ts";
import { ADDRESS_MAX_CHARACTERS, addressOf } from "./udp-address.ts";

test("an address of 64 characters is read, and a longer one is not looked at", () => {
  const padded = (characters: number): string => {
    const text = "[2001:db8:0000:0000:0000:0000:192.000.002.001]:4600";
    return text.padEnd(characters, " ");
  };
  // The longest that means something is shorter, and reads.
  expect(addressOf("[0000:0000:0000:0000:0000:ffff:192.168.100.100]:65535")?.text).toBe("192.168.100.100:65535");
  expect(addressOf(padded(ADDRESS_MAX_CHARACTERS + 1))).toBeUndefined();
});

test("the word of 64 neighbours is kept, and of more that of the oldest is forgotten", () => {
  const seen = new Observations();
  for (let n = 0; n < OBSERVERS_MAX; n += 1) seen.set(`neighbour ${n}`, `192.0.2.${n}:4600`);
  expect(seen.entries).toHaveLength(OBSERVERS_MAX);
  // Who tells again is the newest.
  seen.set("neighbour 0", "198.51.100.1:4600");
  seen.set("another", "198.51.100.2:4600");
  expect(seen.entries).toHaveLength(OBSERVERS_MAX);
  expect(seen.entries.map(([observer]) => observer)).not.toContain("neighbour 1");
  expect(seen.entries.map(([observer]) => observer)).toContain("neighbour 0");
});
