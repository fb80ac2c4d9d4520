import { expect, it } from "vitest";
import { parseImpairments } from "./impairments-option.ts";

it("impairments are read with their units", () => {
  expect(parseImpairments("loss=2%,reorder=1%,dup=0.5%,delay=20ms,mtu=1300")).toEqual({
    loss: 0.02,
    reorder: 0.01,
    duplicate: 0.005,
    delayMs: 20,
    mtuOctets: 1300,
  });
  expect(parseImpairments("delay=1s,jitter=5ms,rate=10mbit,corrupt=0.1")).toEqual({
    delayMs: 1000,
    jitterMs: 5,
    rateBitsPerSecond: 10_000_000,
    corrupt: 0.1,
  });
});

it.each([
  "",
  "loss",
  "loss=",
  "loss=x",
  "speed=3",
  "loss=200%",
  "delay=20min",
  "loss=1%,,",
  "delay=20%",
  "loss=2ms",
  "mtu=0",
  "loss=1%,loss=2%",
])("impairments %j are refused, and the part is named", (text) => {
  expect(() => parseImpairments(text)).toThrow(RangeError);
});
