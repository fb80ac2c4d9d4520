import { hexOf } from "@flor/membership";
import { createIdentity } from "@flor/quic";
import { expect, it } from "vitest";
import { areaSettingsOf } from "./area-settings.ts";

const keyOf = (n: number): Uint8Array => createIdentity(new Uint8Array(32).fill(n)).publicKey;

it("hears a gateway by both keys while it changes them, and nobody in the place of one that is no peer", () => {
  const foreign = [{ name: "work", id: "flornet1work", root: keyOf(1), gateways: ["gate", "gone"] }];
  const peers = [
    { name: "gate~00000000", publicKey: keyOf(2) },
    { name: "gate", publicKey: keyOf(3) },
  ];
  const namesOf = (name: string): readonly string[] => (name === "gate" ? ["gate", "gate~00000000"] : [name]);
  const { foreign: made } = areaSettingsOf({ networks: [], foreign, crossings: [] }, [], peers, namesOf);
  expect(made.map(({ gateways }) => gateways)).toEqual([[hexOf(keyOf(3)), hexOf(keyOf(2)), ""]]);
});
