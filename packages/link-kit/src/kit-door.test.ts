import type { FlorIoEnd } from "@flor/io";
import { FRAME_DATA, FRAME_HEADER_OCTETS, viewOf } from "@flor/wire";
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

it("tells the node of a new port before the first frame of it, and of other changes at the end of the turn", () => {
  const said: string[] = [];
  const octets = new Uint8Array(64);
  const bundle = { octets, view: viewOf(octets) };
  const end: Partial<FlorIoEnd> = {
    state: "ready",
    bundle: bundle as FlorIoEnd["bundle"],
    setPorts: (ports) => said.push(`ports ${ports.map(({ port }) => port).join()}`),
    reserve: () => 0,
    commit: () => void said.push("frame"),
    sendInPlace: () => said.push("run") > 0,
    flush: () => {},
  };
  const door = new KitDoor({ stateDirectory: undefined, wake: () => {}, stop: () => {}, writeLine: () => {} });
  door.open(end as FlorIoEnd);
  const frame = new Uint8Array(FRAME_HEADER_OCTETS);
  frame[0] = FRAME_DATA;
  door.announce({ port: 1, key: "a", mtu: 1400 });
  door.receiveInPlace(frame, 0, frame.length);
  door.announce({ port: 2, key: "b", mtu: 1400 });
  expect(door.receive(2, frame)).toBe(true);
  door.announce({ port: 2, key: "b", mtu: 1300 });
  door.receiveInPlace(frame, 0, frame.length);
  door.flush();
  expect(said).toEqual(["ports 1", "run", "ports 1,2", "frame", "run", "ports 1,2"]);
});
