import type { FlorIoEnd } from "@flor/io";
import { afterEach, expect, it, vi } from "vitest";
import { KitDoor, TOO_BIG_PER_SECOND } from "./kit-door.ts";

afterEach(() => void vi.useRealTimers());

it("says ten times a second of each port that a frame was too big", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const said: number[] = [];
  const end: Pick<FlorIoEnd, "sendTooBig"> = { sendTooBig: (port) => void said.push(port) };
  const door = new KitDoor({ stateDirectory: undefined, wake: () => {}, stop: () => {}, writeLine: () => {} });
  door.open(end as FlorIoEnd);
  const saidOf = (port: number): number => said.filter((one) => one === port).length;
  for (let count = 0; count <= TOO_BIG_PER_SECOND; count += 1) door.tooBig(1, 1400, 1500);
  expect(saidOf(1)).toBe(TOO_BIG_PER_SECOND);
  door.tooBig(2, 1400, 1500);
  expect(saidOf(2)).toBe(1);
  vi.advanceTimersByTime(1000 / TOO_BIG_PER_SECOND + 1);
  door.tooBig(1, 1400, 1500);
  door.tooBig(1, 1400, 1500);
  expect(saidOf(1)).toBe(TOO_BIG_PER_SECOND + 1);
});
