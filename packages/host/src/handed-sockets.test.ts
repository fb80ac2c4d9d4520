import { expect, it } from "vitest";
import { HANDED_MAX, HandedSockets } from "./handed-sockets.ts";

const socket = (descriptor: number, address: string): ConstructorParameters<typeof HandedSockets>[0] => [
  { name: "proxy", descriptor, place: { address, port: 1080 } },
];

it("are for the process that the environment names, and for nobody that it started", () => {
  const handed = { LISTEN_FDS: "2", LISTEN_FDNAMES: "proxy" };
  expect(HandedSockets.find({}).left).toEqual([]);
  expect(HandedSockets.find({ ...handed, LISTEN_PID: String(process.ppid) }).left).toEqual([]);
  expect(HandedSockets.find({ ...handed, LISTEN_PID: String(process.pid), LISTEN_FDS: "x" }).left).toEqual([]);
  const found = HandedSockets.find({ ...handed, LISTEN_PID: String(process.pid) }).left;
  expect(found.map(({ name, descriptor }) => [name, descriptor])).toEqual([
    ["proxy", 3],
    ["unknown", 4],
  ]);
});

it("are taken once, by who listens exactly there", () => {
  const handed = new HandedSockets(socket(3, "127.0.0.1"));
  expect(handed.take({ address: "0.0.0.0", port: 1080 })).toBeUndefined();
  expect(handed.take({ path: "127.0.0.1 port 1081" })).toBeUndefined();
  expect(handed.left).toHaveLength(1);
  expect(handed.take({ address: "127.0.0.1", port: 1080 })).toBe(3);
  expect(handed.take({ address: "127.0.0.1", port: 1080 })).toBeUndefined();
  expect(handed.left).toEqual([]);
});

it("are 256 at most, whatever the environment says", () => {
  const handed = (count: number): number =>
    HandedSockets.find({ LISTEN_PID: String(process.pid), LISTEN_FDS: String(count) }).left.length;
  expect([handed(HANDED_MAX), handed(HANDED_MAX + 1), handed(1e9)]).toEqual([HANDED_MAX, HANDED_MAX, HANDED_MAX]);
});
