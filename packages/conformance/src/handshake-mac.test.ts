import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { handshakeMac } from "./handshake-mac.ts";

type Message = { readonly envelope: string; readonly mac: string };

/** Made by another implementation from the contract's own words. */
const { handshake } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../proto/vectors/flor-io.json"), "utf8"),
) as { handshake: { secret: string; hello: Message; welcome: Message; ready: Message } };

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

it.each([
  ["hello", []],
  ["welcome", ["hello"]],
  ["ready", ["hello", "welcome"]],
] as const)("the MAC of %s is that of the golden vectors", (kind, before) => {
  const { envelope, mac } = handshake[kind];
  const earlier = before.map((name) => octets(handshake[name].envelope));
  const made = handshakeMac(octets(handshake.secret), kind, earlier, octets(envelope));
  expect(Buffer.from(made).toString("hex")).toBe(mac);
});
