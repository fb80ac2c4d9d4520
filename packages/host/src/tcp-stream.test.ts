import { type AddressInfo, createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectTcp } from "./connect-tcp.ts";
import { listenTcp, type TcpListener } from "./listen-tcp.ts";
import { TcpRecord as Record } from "./tcp-record.testing.ts";
import type { TcpStream } from "./tcp-stream.ts";

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const never = new AbortController().signal;

let listener: TcpListener;
let accepted: TcpStream[] = [];
let arrival = Promise.withResolvers<void>();

beforeEach(async () => {
  accepted = [];
  listener = await listenTcp({
    address: "127.0.0.1",
    port: 0,
    handleConnection(stream) {
      accepted.push(stream);
      arrival.resolve();
    },
  });
});
afterEach(() => listener.close());

async function pair(): Promise<{ dialled: TcpStream; accepted: TcpStream }> {
  arrival = Promise.withResolvers();
  const connection = await connectTcp(LOOPBACK, listener.port, never);
  if ("code" in connection) throw new Error(connection.code);
  await arrival.promise;
  const last = accepted.at(-1);
  if (last === undefined) throw new Error("nothing accepted");
  return { dialled: connection.stream, accepted: last };
}

describe.each(["dialled", "accepted"] as const)("a %s stream", (role) => {
  const ends = async (): Promise<{ near: TcpStream; far: TcpStream }> => {
    const streams = await pair();
    return role === "dialled"
      ? { near: streams.dialled, far: streams.accepted }
      : { near: streams.accepted, far: streams.dialled };
  };

  it("reads nothing before it is listened to, then everything", async () => {
    const { near, far } = await ends();
    const farRecord = new Record(far);
    far.write(Uint8Array.of(1, 2, 3));
    // The echo proves that the other direction is alive, so that silence here is no delay.
    near.write(Uint8Array.of(9));
    await farRecord.until(() => farRecord.octets === 1);
    const record = new Record(near);
    expect(record.octets).toBe(0);
    await record.until(() => record.octets === 3);
    expect(Buffer.concat(record.chunks).toString("hex")).toBe("010203");
  });

  it("half-closes each way: data flows on after the other direction ended", async () => {
    const { near, far } = await ends();
    const nearRecord = new Record(near);
    const farRecord = new Record(far);
    near.end();
    await farRecord.until(() => farRecord.ends === 1);
    far.write(new Uint8Array(100_000).fill(5));
    far.end();
    await nearRecord.until(() => nearRecord.ends === 1);
    expect(nearRecord.octets).toBe(100_000);
    expect([nearRecord.resets, farRecord.resets]).toEqual([[], []]);
  });

  it("resets with RST, and tells no more itself", async () => {
    const { near, far } = await ends();
    const nearRecord = new Record(near);
    const farRecord = new Record(far);
    near.reset();
    await farRecord.until(() => farRecord.resets.length > 0);
    expect(farRecord.resets).toEqual(["ECONNRESET"]);
    expect([nearRecord.resets, nearRecord.ends, farRecord.ends]).toEqual([[], 0, 0]);
    near.reset();
    expect(near.write(Uint8Array.of(1))).toBe(0);
    near.end();
    near.resume();
  });

  it("keeps a reset that came before it was listened to", async () => {
    const { near, far } = await ends();
    far.reset();
    near.write(Uint8Array.of(1));
    const record = new Record();
    while (record.resets.length === 0) {
      near.write(Uint8Array.of(1));
      near.listen(record);
      await new Promise(setImmediate);
    }
    expect(["ECONNRESET", "EPIPE"]).toContain(record.resets[0]);
  });

  it("buffers what the kernel does not take, says so, drains in order, and borrows what it is given", async () => {
    const { near, far } = await ends();
    const nearRecord = new Record(near);
    far.pause();
    const farRecord = new Record(far);
    const scratch = new Uint8Array(60_000);
    const writes: number[] = [];
    for (let value = 0, buffered = 0; buffered === 0; value += 1) {
      scratch.fill(value);
      writes.push(value);
      buffered = near.write(scratch);
      expect(buffered).toBeLessThanOrEqual(60_000);
      scratch.fill(0xee);
    }
    expect(nearRecord.drains).toBe(0);
    far.resume();
    await nearRecord.until(() => nearRecord.drains === 1);
    await farRecord.until(() => farRecord.octets === writes.length * 60_000);
    const received = Buffer.concat(farRecord.chunks);
    for (const [index, value] of writes.entries()) {
      const part = received.subarray(index * 60_000, (index + 1) * 60_000);
      expect(part.every((octet) => octet === (value & 0xff))).toBe(true);
    }
  });

  it("stops reading when paused: one chunk more at most", async () => {
    const { near, far } = await ends();
    const record = new Record(near);
    const farRecord = new Record(far);
    near.pause();
    let total = 0;
    for (let buffered = 0; buffered === 0; total += 65_536) buffered = far.write(new Uint8Array(65_536));
    expect(farRecord.drains).toBe(0);
    expect(record.octets).toBeLessThanOrEqual(65_536);
    near.resume();
    await record.until(() => record.octets === total);
  });

  it("tells a change of listener", async () => {
    const { near, far } = await ends();
    const first = new Record(near);
    far.write(Uint8Array.of(1));
    await first.until(() => first.octets === 1);
    const second = new Record(near);
    far.write(Uint8Array.of(2));
    await second.until(() => second.octets === 1);
    expect(first.octets).toBe(1);
  });
});

it("delivers what was written before the end", async () => {
  const { dialled, accepted } = await pair();
  const record = new Record(accepted);
  dialled.write(new Uint8Array(3_000_000));
  dialled.end();
  await record.until(() => record.ends === 1);
  expect(record.octets).toBe(3_000_000);
});

it.each([
  ["at once", async (): Promise<void> => {}],
  ["after its FIN", (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))],
])("a reset after an end leaks nothing: %s", async (_, moment) => {
  const { dialled, accepted: near } = await pair();
  const record = new Record(dialled);
  near.listen(new Record());
  near.end();
  await moment();
  near.reset();
  await expect.poll(() => listener.connections).toBe(0);
  while (record.resets.length === 0) {
    dialled.write(Uint8Array.of(1));
    await new Promise(setImmediate);
  }
});

it("a reset while a FIN waits behind octets leaks nothing", async () => {
  const { dialled, accepted: near } = await pair();
  near.listen(new Record());
  const chunk = new Uint8Array(1_000_000);
  while (near.write(chunk) === 0);
  near.end();
  near.reset();
  // The other side reads nothing: it is not waited for long.
  await expect.poll(() => listener.connections).toBe(0);
  dialled.reset();
});

describe.runIf(process.platform === "linux")("what comes before the end", () => {
  it("of a connection that is reset arrives before the reset", async () => {
    const server = createServer((socket) => {
      socket.end("answer");
      socket.once("finish", () => setImmediate(() => socket.resetAndDestroy()));
    });
    const stream = await dialTo(server);
    const record = new Record(stream);
    await record.until(() => record.resets.length + record.ends > 0);
    expect(Buffer.concat(record.chunks).toString()).toBe("answer");
    server.close();
  });

  it("is a reset, not an end, when RST follows octets at once", async () => {
    const isReset = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.once("data", () => socket.write("answer", () => socket.resetAndDestroy()));
      socket.on("error", () => {}).on("close", () => isReset.resolve());
    });
    const stream = await dialTo(server);
    stream.write(Uint8Array.of(1));
    // Both are there before the first is read.
    await isReset.promise;
    const record = new Record(stream);
    await record.until(() => record.resets.length + record.ends > 0);
    expect([Buffer.concat(record.chunks).toString(), record.resets, record.ends]).toEqual([
      "answer",
      ["ECONNRESET"],
      0,
    ]);
    server.close();
  });

  it("is read although a write failed in between", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.write("too large", () => socket.destroy()));
    });
    const stream = await dialTo(server);
    const record = new Record(stream);
    stream.pause();
    stream.write(new Uint8Array(60_000));
    for (let turn = 0; turn < 100 && record.resets.length + record.ends === 0; turn += 1) {
      stream.write(new Uint8Array(60_000));
      await delay(1);
    }
    await record.until(() => record.resets.length + record.ends > 0);
    expect(Buffer.concat(record.chunks).toString()).toBe("too large");
    server.close();
  });

  it("that we send reaches a slow reader before the reset", async () => {
    const { dialled, accepted: near } = await pair();
    near.listen(new Record());
    dialled.pause();
    const record = new Record(dialled);
    const chunk = new Uint8Array(60_000);
    let written = chunk.length;
    while (near.write(chunk) === 0) written += chunk.length;
    near.reset();
    dialled.resume();
    await record.until(() => record.resets.length > 0);
    expect([record.octets, record.resets]).toEqual([written, ["ECONNRESET"]]);
  });
});

/** A connection to a server of the test's own. */
async function dialTo(server: Server): Promise<TcpStream> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const outcome = await connectTcp(LOOPBACK, port, never);
  if ("code" in outcome) throw new Error(outcome.code);
  return outcome.stream;
}

it("closes a listener whose connections are ending", async () => {
  const { dialled, accepted: near } = await pair();
  near.end();
  await listener.close();
  expect(listener.connections).toBe(0);
  dialled.reset();
});

it("gives up an attempt, and one that was never begun", async () => {
  const controller = new AbortController();
  const attempt = connectTcp(LOOPBACK, listener.port, controller.signal);
  controller.abort();
  expect(await attempt).toEqual({ code: "ECANCELED" });
  expect(await connectTcp(LOOPBACK, listener.port, controller.signal)).toEqual({ code: "ECANCELED" });
});

it("says why an attempt failed", async () => {
  const { port } = listener;
  await listener.close();
  expect(await connectTcp(LOOPBACK, port, never)).toEqual({ code: "ECONNREFUSED" });
  expect(await connectTcp(new Uint8Array(16).fill(0xff), 1, never)).toEqual({ code: "ENETUNREACH" });
});

it("is bound by the number of connections, and forgets those that are gone", async () => {
  await listener.close();
  let refused = 0;
  const refusal = Promise.withResolvers<void>();
  listener = await listenTcp({
    address: "127.0.0.1",
    port: 0,
    connectionsMax: 1,
    handleConnection: (stream) => {
      accepted.push(stream);
      arrival.resolve();
    },
    handleRefused: () => {
      refused += 1;
      refusal.resolve();
    },
  });
  const first = await pair();
  expect(listener.connections).toBe(1);
  const second = await connectTcp(LOOPBACK, listener.port, never);
  await refusal.promise;
  expect(refused).toBe(1);
  if ("stream" in second) second.stream.reset();
  const record = new Record(first.accepted);
  first.dialled.reset();
  await record.until(() => record.resets.length === 1);
  await expect.poll(() => listener.connections).toBe(0);
  await pair();
});

it("closes with its connections", async () => {
  const { dialled } = await pair();
  const record = new Record(dialled);
  await listener.close();
  await record.until(() => record.resets.length === 1);
  expect(listener.connections).toBe(0);
});

it("says what to do when the port is taken", async () => {
  await expect(listenTcp({ address: "127.0.0.1", port: listener.port, handleConnection: () => {} })).rejects.toThrow(
    /cannot listen on 127\.0\.0\.1 port \d+: another program has this port: stop it or choose another port/,
  );
  await expect(listenTcp({ address: "192.0.2.1", port: 0, handleConnection: () => {} })).rejects.toThrow(
    /no interface of this machine has this address/,
  );
});
