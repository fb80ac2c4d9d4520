import { createSocket } from "node:dgram";
import { once } from "node:events";
import { execa } from "execa";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { DatagramSocket } from "./datagram-socket.ts";
import { openLoopbackSocket } from "./open-loopback-socket.ts";

const kinds = [
  { kind: "ffi", ignoreFfi: false },
  { kind: "portable", ignoreFfi: true },
] as const;

describe.each(kinds)("a $kind loopback socket", ({ ignoreFfi }) => {
  const open: DatagramSocket[] = [];

  async function openSocket(receiveBufferOctets?: number): Promise<DatagramSocket> {
    const socket = await openLoopbackSocket({
      ignoreFfi,
      ...(receiveBufferOctets !== undefined && { receiveBufferOctets }),
    });
    open.push(socket);
    return socket;
  }

  async function openPair(): Promise<[DatagramSocket, DatagramSocket]> {
    const pair: [DatagramSocket, DatagramSocket] = [await openSocket(), await openSocket()];
    pair[0].connect(pair[1].localPort);
    pair[1].connect(pair[0].localPort);
    return pair;
  }

  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });

  it("is of the kind asked for and reports the buffer it got", async () => {
    const socket = await openSocket();
    expect(socket.usesFfi).toBe(!ignoreFfi);
    expect(socket.localPort).toBeGreaterThan(0);
    expect(socket.receiveBufferOctets).toBeGreaterThanOrEqual(200_000);
  });

  it("reports a smaller buffer when less was asked for", async () => {
    const [small, large] = [await openSocket(65_536), await openSocket()];
    expect(small.receiveBufferOctets).toBeLessThan(large.receiveBufferOctets);
  });

  it.each([0, 1, 8, 1200, 16_384, 61_440, 65_507])("carries %i octets exactly", async (length) => {
    const [one, other] = await openPair();
    const sent = pattern(length + 5, length);
    const received = nextDatagram(other);
    one.send(sent, 5, length);
    sent.fill(0, 0, 5);
    expect(await received).toEqual(pattern(length + 5, length).slice(5));
    expect(other.counters.receivedOctets).toBe(length);
    expect(one.counters).toMatchObject({ sentDatagrams: 1, sentOctets: length });
  });

  it("lets the caller use the octets again at once", async () => {
    const [one, other] = await openPair();
    const octets = new Uint8Array(1200);
    const received = collect(other, 50);
    for (let value = 0; value < 50; value += 1) {
      octets.fill(value);
      one.send(octets, 0, octets.length);
    }
    octets.fill(0xff);
    expect((await received).map((datagram) => datagram[1199])).toEqual(Array.from({ length: 50 }, (_, value) => value));
  });

  it("keeps the order of more datagrams than one turn handles", async () => {
    const [one, other] = await openPair();
    const count = 60;
    const received = collect(other, count);
    const octets = new Uint8Array(40_000);
    for (let value = 0; value < count; value += 1) {
      octets[0] = value;
      one.send(octets, 0, octets.length);
    }
    expect((await received).map((datagram) => datagram[0])).toEqual(Array.from({ length: count }, (_, value) => value));
  });

  it("sends what was queued in order, however much, and before what is sent after it", async () => {
    const [one, other] = await openPair();
    const received = collect(other, 21);
    for (let value = 0; value < 20; value += 1) one.queue(new Uint8Array(300).fill(value), 100, 150);
    one.send(new Uint8Array([20]), 0, 1);
    const datagrams = await received;
    expect(datagrams.map(([first]) => first)).toEqual(Array.from({ length: 21 }, (_, value) => value));
    expect(datagrams.map(({ length }) => length)).toEqual([...Array.from({ length: 20 }, () => 150), 1]);
    expect(one.counters).toMatchObject({ sentDatagrams: 21, sentOctets: 3001 });
  });

  it("sends what was queued when it is flushed, and counts what is too long among it", async () => {
    const [one, other] = await openPair();
    const received = collect(other, 2);
    one.queue(new Uint8Array([1]), 0, 1);
    one.queue(new Uint8Array(65_508), 0, 65_508);
    one.queue(new Uint8Array([2]), 0, 1);
    one.flush();
    expect(await received).toEqual([new Uint8Array([1]), new Uint8Array([2])]);
    expect(one.counters).toMatchObject({ sendTooLong: 1, sentDatagrams: 2 });
  });

  it("hands on a few buffers that it uses again", async () => {
    const [one, other] = await openPair();
    const buffers = new Set<Uint8Array>();
    const received = new Promise<void>((resolve) => {
      let count = 0;
      other.onReceive = (octets) => {
        buffers.add(octets);
        count += 1;
        if (count === 40) resolve();
      };
    });
    for (let count = 0; count < 40; count += 1) one.send(new Uint8Array(10), 0, 10);
    await received;
    expect(buffers.size).toBeLessThanOrEqual(16);
  });

  it("says where a datagram came from before it is connected", async () => {
    const [one, other] = [await openSocket(), await openSocket()];
    const received = nextDatagram(other);
    one.sendTo(new Uint8Array([7]), 0, 1, other.localPort);
    expect(await received).toEqual(new Uint8Array([7]));
    expect(other.sourcePort).toBe(one.localPort);
  });

  it("receives from its peer alone once connected", async () => {
    const [one, other, third] = [await openSocket(), await openSocket(), await openSocket()];
    other.connect(one.localPort);
    const received = nextDatagram(other);
    third.sendTo(new Uint8Array([3]), 0, 1, other.localPort);
    one.sendTo(new Uint8Array([1]), 0, 1, other.localPort);
    expect(await received).toEqual(new Uint8Array([1]));
  });

  it("takes a closed peer as a hint and stays usable", async () => {
    const [one, other] = await openPair();
    const refused = new Promise<string>((resolve) => {
      one.onError = resolve;
    });
    other.close();
    one.send(new Uint8Array(1), 0, 1);
    one.send(new Uint8Array(1), 0, 1);
    expect(await refused).toBe("ECONNREFUSED");
    const successor = createSocket("udp4");
    onTestFinished(() => void successor.close());
    successor.bind(other.localPort, "127.0.0.1");
    await once(successor, "listening");
    const received = once(successor, "message");
    one.send(new Uint8Array([9]), 0, 1);
    expect(await received).toMatchObject([Buffer.from([9]), { port: one.localPort }]);
  });

  it("says when everything that arrived for now was handed over", async () => {
    const [one, other] = await openPair();
    const heard: string[] = [];
    const isWhole = new Promise<void>((resolve) => {
      other.onReceive = (octets) => heard.push(String(octets[0]));
      other.onBurstEnd = () => {
        heard.push("end");
        if (heard.filter((one) => one !== "end").length === 5) resolve();
      };
    });
    for (let value = 0; value < 5; value += 1) one.queue(Uint8Array.of(value), 0, 1);
    one.flush();
    await isWhole;
    expect(heard.filter((one) => one !== "end")).toEqual(["0", "1", "2", "3", "4"]);
    expect(heard.at(-1)).toBe("end");
  });

  it("counts what is too long and goes on", async () => {
    const [one, other] = await openPair();
    one.send(new Uint8Array(65_508), 0, 65_508);
    const received = nextDatagram(other);
    one.send(new Uint8Array([1]), 0, 1);
    await received;
    expect(one.counters).toMatchObject({ sendTooLong: 1, sentDatagrams: 1 });
  });

  it("holds its port against another socket, which may even ask for reuse", async () => {
    const socket = await openSocket();
    const thief = createSocket({ type: "udp4", reuseAddr: true });
    onTestFinished(() => void thief.close());
    const failed = once(thief, "error");
    thief.bind(socket.localPort, "127.0.0.1");
    const [error] = (await failed) as [NodeJS.ErrnoException];
    expect(error.code).toBe("EADDRINUSE");
  });

  it("receives nothing after close, and closes twice without harm", async () => {
    const [one, other, third] = [await openSocket(), await openSocket(), await openSocket()];
    let received = 0;
    const first = new Promise<void>((resolve) => {
      other.onReceive = () => {
        received += 1;
        other.close();
        resolve();
      };
    });
    for (let count = 0; count < 10; count += 1) one.sendTo(new Uint8Array(1), 0, 1, other.localPort);
    await first;
    const marker = nextDatagram(third);
    one.sendTo(new Uint8Array(1), 0, 1, third.localPort);
    await marker;
    other.close();
    other.sendTo(new Uint8Array(1), 0, 1, third.localPort);
    expect(received).toBe(1);
    expect(other.counters.sentDatagrams).toBe(0);
  });
});

it("an ffi loopback socket sends all of a batch, though the kernel refuses each for the one before", async () => {
  const [one, other] = [await openLoopbackSocket(), await openLoopbackSocket()];
  onTestFinished(() => one.close());
  one.connect(other.localPort);
  other.close();
  const errors: string[] = [];
  one.onError = (code) => errors.push(code);
  one.send(new Uint8Array(1), 0, 1);
  for (let count = 0; count < 3; count += 1) one.queue(new Uint8Array(1), 0, 1);
  one.flush();
  expect(errors).toEqual(["ECONNREFUSED"]);
  expect(one.counters).toMatchObject({ sentDatagrams: 4, sendFailed: 0 });
});

it("an ffi loopback socket hears that its peer's port is closed without sending again, and receives afterwards", async () => {
  const [one, other] = [await openLoopbackSocket(), await openLoopbackSocket()];
  const successor = createSocket("udp4");
  onTestFinished(() => {
    one.close();
    successor.close();
  });
  one.connect(other.localPort);
  other.close();
  const refused = new Promise<string>((resolve) => {
    one.onError = resolve;
  });
  one.send(new Uint8Array(1), 0, 1);
  expect(await refused).toBe("ECONNREFUSED");
  successor.bind(other.localPort, "127.0.0.1");
  await once(successor, "listening");
  const received = nextDatagram(one);
  successor.send(Uint8Array.of(5), one.localPort, "127.0.0.1");
  expect(await received).toEqual(Uint8Array.of(5));
});

it.each([
  ["while an ffi socket receives", "fail();"],
  ["in what was put off while it receives", "process.nextTick(fail);"],
  ["in what was promised while it receives", "Promise.resolve().then(fail);"],
])("an error that is thrown %s ends the process as any other does", async (_when, step) => {
  const program = `
    import { openLoopbackSocket } from ${JSON.stringify(new URL("datagram.ts", import.meta.url).href)};
    const socket = await openLoopbackSocket();
    const fail = () => { throw new Error("thrown by a test"); };
    socket.onReceive = () => { ${step} };
    socket.sendTo(new Uint8Array(1), 0, 1, socket.localPort);
  `;
  const ended = await execa(process.execPath, ["--input-type=module", "-e", program], { reject: false });
  expect(ended.exitCode).toBe(1);
  expect(ended.stderr).toContain("thrown by a test");
});

it("an error in what was put off while an ffi socket receives is told before the loop goes on, with async_hooks too", async () => {
  const program = `
    import { createHook } from "node:async_hooks";
    import { openLoopbackSocket } from ${JSON.stringify(new URL("datagram.ts", import.meta.url).href)};
    createHook({ before() {} }).enable();
    const socket = await openLoopbackSocket();
    process.on("uncaughtException", (error) => console.log(error.message));
    socket.onReceive = () => {
      setImmediate(() => {
        console.log("the loop went on");
        socket.close();
      });
      process.nextTick(() => { throw new Error("thrown by a test"); });
    };
    socket.sendTo(new Uint8Array(1), 0, 1, socket.localPort);
  `;
  const ended = await execa(process.execPath, ["--input-type=module", "-e", program], { reject: false });
  expect([ended.exitCode, ended.stdout.split("\n")]).toEqual([0, ["thrown by a test", "the loop went on"]]);
});

function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff);
}

async function nextDatagram(socket: DatagramSocket): Promise<Uint8Array> {
  const [datagram] = await collect(socket, 1);
  if (datagram === undefined) throw new Error("no datagram");
  return datagram;
}

async function collect(socket: DatagramSocket, count: number): Promise<Uint8Array[]> {
  const datagrams: Uint8Array[] = [];
  return new Promise((resolve) => {
    socket.onReceive = (octets, length) => {
      datagrams.push(octets.slice(0, length));
      if (datagrams.length === count) resolve(datagrams);
    };
  });
}
