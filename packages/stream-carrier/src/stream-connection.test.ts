import { type Duplex, duplexPair } from "node:stream";
import { FRAME_DATA, FRAME_HEADER_OCTETS, viewOf, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { carriedStreamOf } from "./carried-stream.ts";
import { encodeStreamFrame } from "./frame-reader.ts";
import { encodeHello, END_NAME_OCTETS } from "./hello.ts";
import { HELLO_TIMEOUT_MS, StreamConnection } from "./stream-connection.ts";

const FRAME_MAX = 2000;
const hello = { frameMax: FRAME_MAX, name: new Uint8Array(END_NAME_OCTETS) };

let now: number;
let near: Duplex;
let far: Duplex;
let connection: StreamConnection;
let isGreeted: () => boolean;
let closedFor: string | undefined;
let counts: string[];

beforeEach(() => {
  now = 0;
  closedFor = undefined;
  counts = [];
  open(true);
});

function open(isDialled: boolean): void {
  const pair = duplexPair();
  [near, far] = pair;
  isGreeted = () => connection.peer !== undefined;
  connection = new StreamConnection({
    stream: carriedStreamOf(pair[0], "far"),
    hello,
    isDialled,
    owner: {
      handleHello: () => {},
      handleFrame: () => true,
      handleClosed: (_, reason) => (closedFor = reason),
      count: (name) => counts.push(name),
    },
    now: () => now,
  });
}

/** What a stream did is told in a later turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function greet(): Promise<void> {
  far.write(encodeHello(hello));
  await turns();
  expect(isGreeted()).toBe(true);
}

function send(octets: number): void {
  const frame = new Uint8Array(octets);
  const view = viewOf(frame);
  writeFrameHeader(view, 0, {
    type: FRAME_DATA,
    flags: 0,
    length: octets - FRAME_HEADER_OCTETS,
    port: 1,
    token: ZERO_TOKEN,
  });
  connection.send(frame, view, 0, octets);
  connection.flush();
}

describe("a stream", () => {
  it("without a hello ends after 10 s, not before", () => {
    connection.handleTimeout(HELLO_TIMEOUT_MS - 1);
    expect(closedFor).toBeUndefined();
    connection.handleTimeout(HELLO_TIMEOUT_MS);
    expect(closedFor).toBe("it said no hello within 10 s");
  });

  it("that was accepted says nothing before it heard a hello", async () => {
    await turns();
    expect(far.read()).toEqual(Buffer.from(encodeHello(hello)));
    open(false);
    await turns();
    expect(far.read()).toBeNull();
    await greet();
    expect(far.read()).toEqual(Buffer.from(encodeHello(hello)));
  });

  it("that is finished sends what waits, reads on, and ends after 5 s without the other end's end", async () => {
    await greet();
    send(100);
    connection.finish();
    await turns();
    far.resume();
    await turns();
    expect([far.readableEnded, far.destroyed, connection.isFinished]).toEqual([true, false, true]);
    connection.handleTimeout(4999);
    expect(closedFor).toBeUndefined();
    connection.handleTimeout(5000);
    expect(closedFor).toBe("it is no longer needed");
  });

  it("carries nothing before the other end said hello, and what waited after it", async () => {
    send(100);
    await turns();
    expect((far.read() as Buffer).length).toBe(encodeHello(hello).length);
    await greet();
    connection.flush();
    await turns();
    expect((far.read() as Buffer).length).toBe(102);
  });

  it("that takes nothing for 10 s ends", async () => {
    await greet();
    for (let frame = 0; frame < 100; frame += 1) send(FRAME_MAX);
    now = 9_999;
    connection.handleTimeout(now);
    expect(closedFor).toBeUndefined();
    now = 10_000;
    connection.handleTimeout(now);
    expect(closedFor).toBe("it took nothing for 10 s");
  });

  it("drops what would wait for too long, and writes the rest when it drains", async () => {
    await greet();
    far.resume();
    await turns();
    far.pause();
    for (let frame = 0; frame < 200; frame += 1) {
      now += 1;
      send(FRAME_MAX);
    }
    expect(counts.length).toBeGreaterThan(0);
    expect(new Set(counts)).toEqual(new Set(["drop.queue-age"]));
    const before = counts.length;
    let octets = 0;
    far.on("data", (chunk: Buffer) => (octets += chunk.length)).resume();
    await turns();
    expect(octets / (FRAME_MAX + 2)).toBe(200 - before);
  });

  it("that answers nothing for 15 s while we speak ends, and not while we are silent", async () => {
    far.resume();
    await greet();
    connection.handleTimeout(60_000);
    expect(closedFor).toBeUndefined();
    now = 60_000;
    send(100);
    await turns();
    connection.handleTimeout(74_999);
    expect(closedFor).toBeUndefined();
    now = 74_999;
    const frame = new Uint8Array(FRAME_HEADER_OCTETS);
    far.write(encodeStreamFrame(frame, 0, frame.length));
    await turns();
    connection.handleTimeout(75_000);
    expect(closedFor).toBeUndefined();
    send(100);
    await turns();
    connection.handleTimeout(90_000);
    expect(closedFor).toBe("it answered nothing for 15 s");
  });
});

it("a stream that is broken off is lost for the same reason, in words, as one that cannot be had", async () => {
  await greet();
  near.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
  await turns();
  expect(closedFor).toBe("it broke off the connection");
});
