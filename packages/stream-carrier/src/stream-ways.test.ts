import { duplexPair } from "node:stream";
import { endpointOf, type Way } from "@flor/host/datagram";
import { beforeEach, describe, expect, it } from "vitest";
import { carriedStreamOf } from "./carried-stream.ts";
import { encodeHello } from "./hello.ts";
import { PortTable } from "./port-table.ts";
import { RecordedDoor } from "./recorded-door.testing.ts";
import { StreamConnection } from "./stream-connection.ts";
import type { StreamPort } from "./stream-port.ts";
import { StreamWays } from "./stream-ways.ts";

let now: number;
let way: Way;
let node: RecordedDoor;
let ways: StreamWays;
let connection: StreamConnection;
let port: StreamPort;
let closed: string[];
let hear: () => Promise<void>;
let tellChange: () => void;

function change(to: Way): void {
  way = to;
  tellChange();
}

beforeEach(async () => {
  now = 10_000;
  way = "open";
  closed = [];
  node = new RecordedDoor();
  const ports = new PortTable({
    node,
    mtu: 2000,
    isEncrypted: false,
    choose: (kept, other) => ({ kept, other, isCrossing: false }),
    release: () => {},
    handlePortGone: () => {},
  });
  ports.setNeighbours([{ key: "k", address: "", token: new Uint8Array(0), port: 0, peer: "" }], now);
  [port] = [...ports.all] as [StreamPort];
  const [near, far] = duplexPair();
  const hello = { frameMax: 2000, name: new Uint8Array(16) };
  connection = new StreamConnection({
    stream: carriedStreamOf(near, "192.0.2.9:1", endpointOf("192.0.2.9", 1)),
    hello,
    isDialled: true,
    now: () => now,
    owner: {
      handleHello: () => {},
      handleFrame: () => true,
      handleClosed: (_, reason) => void closed.push(reason),
      count: () => {},
    },
  });
  hear = async () => {
    far.write(encodeHello(hello));
    await new Promise((resolve) => near.once("data", resolve));
  };
  ports.attach(port, connection);
  ways = new StreamWays(ports, { now: () => now, later: (run) => run() });
  await ways.watch(async (onChange) => {
    tellChange = onChange;
    return { wayTo: () => way, close: () => {} };
  });
});

describe("the ways of streams", () => {
  it("take a port down at once, with the reason, and up again, on the same stream", () => {
    change("no-route");
    expect(node.portOf("k")).toMatchObject({ up: false, problem: expect.stringContaining("no route") });
    now += 500;
    change("open");
    expect(node.portOf("k")?.up).toBe(true);
    expect(closed).toEqual([]);
  });

  it("end a stream that had no way for long, so that another is opened at once", () => {
    change("no-carrier");
    now += 5000;
    change("open");
    expect(closed).toHaveLength(1);
  });

  it("look again although nothing is told", () => {
    change("no-carrier");
    way = "open";
    ways.handleTimeout((now += 1000));
    expect(node.portOf("k")?.up).toBe(true);
  });

  it("believe who is heard more than the kernel", async () => {
    change("no-carrier");
    now += 800;
    await hear();
    ways.handleTimeout((now += 300));
    expect(node.portOf("k")?.up).toBe(true);
    expect(closed).toEqual([]);
    now += 5000;
    change("no-carrier");
    expect(node.portOf("k")?.up, "disproven").toBe(true);
    change("open");
    change("no-carrier");
    expect(node.portOf("k")?.up).toBe(false);
  });
});
