import { expect, it } from "vitest";
import { FecToNhlfe } from "./fec-to-nhlfe.ts";

const path = { nextHop: "vm", stack: [17, 18], payloadMtu: 1400, unsegmentedPayloadMtu: 1400 };

it("tells whether a path changed, so that unchanged advertisements disturb nothing", () => {
  const map = new FecToNhlfe<string>();
  expect(map.set("home", path)).toBe(true);
  expect(map.set("home", { ...path, stack: [17, 18] })).toBe(false);
  expect(map.set("home", { ...path, stack: [17, 19] })).toBe(true);
  expect(map.set("home", { ...path, stack: [17, 19], payloadMtu: 1200 })).toBe(true);
  expect(map.get("home")?.payloadMtu).toBe(1200);
  expect(map.set("home", undefined)).toBe(true);
  expect(map.set("home", undefined)).toBe(false);
});
