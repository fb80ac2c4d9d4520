import type { InboundConfig } from "@flor/config";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FORWARD_LEASE_MS, Forwards, FORWARDS_MAX } from "./forwards.ts";

let forwards: Forwards;
let open: InboundConfig[];
let counts: number[];

beforeEach(() => {
  vi.useFakeTimers();
  open = [];
  counts = [];
  forwards = new Forwards(
    async (config) => {
      open.push(config);
      const close = async (): Promise<void> => void (open = open.filter((one) => one !== config));
      const listener = { address: "127.0.0.1", port: 4000, connections: 0, stopAccepting: () => {}, close };
      const status = { kind: config.kind, address: "127.0.0.1", port: 4000, clients: 0, accepted: 0, refused: {} };
      const unused = { isHanded: false, takesDescriptors: true, change: () => {}, setDescriptors: () => {} };
      return { listener, config, place: "", ...unused, status: () => status };
    },
    { handleChanged: () => void counts.push(forwards.running.length) },
  );
});

afterEach(() => void vi.useRealTimers());

const wanted = { network: "udp", address: "127.0.0.1", port: 0, to: "db.example:5432" };

it("lives as long as it is kept, and no longer", async () => {
  const { id, port } = await forwards.open(wanted);
  expect([port, open.map(({ kind, to }) => [kind, to?.port])]).toEqual([4000, [["udp", 5432]]]);
  for (let kept = 0; kept < 5; kept += 1) {
    await vi.advanceTimersByTimeAsync(FORWARD_LEASE_MS - 2000);
    forwards.keep(id);
  }
  expect([forwards.portsOf("udp"), forwards.portsOf("tcp")]).toEqual([[4000], []]);
  await vi.advanceTimersByTimeAsync(FORWARD_LEASE_MS + 2000);
  expect([open, forwards.status()]).toEqual([[], []]);
  expect(() => forwards.keep(id)).toThrow("that forward no longer exists");
  await forwards.end(id);
});

it("ends when it is told to, and all end with the node", async () => {
  const [first] = [await forwards.open(wanted), await forwards.open({ ...wanted, network: "tcp" })];
  await forwards.end(first?.id);
  await forwards.end(first?.id);
  expect(open.map(({ kind }) => kind)).toEqual(["tcp"]);
  await forwards.close();
  expect([open, counts]).toEqual([[], [1, 2, 1, 0]]);
});

it.each([
  [{ network: "sctp" }, "neither tcp nor udp"],
  [{ address: "localhost" }, "not an IP address"],
  [{ address: "0.0.0.0" }, "configure an inbound with allow"],
  [{ address: "192.0.2.1" }, "configure an inbound with allow"],
  [{ port: 65_536 }, "not a port number"],
  [{ to: "db.example" }, "not a host and a port"],
  [{ to: 5 }, "not a host and a port"],
])("refuses %o, and says what to do", async (change, words) => {
  await expect(forwards.open({ ...wanted, ...change })).rejects.toThrow(words);
  expect(open).toEqual([]);
});

it("has a bound", async () => {
  for (let count = 0; count < FORWARDS_MAX; count += 1) await forwards.open(wanted);
  await expect(forwards.open(wanted)).rejects.toThrow("close one first");
});

it("has a bound for those that are asked for at once, too", async () => {
  const asked = Array.from({ length: FORWARDS_MAX + 2 }, () => forwards.open(wanted));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(2);
  expect(open).toHaveLength(FORWARDS_MAX);
});
