import { type AddressInfo, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { type OctetSource, Pieces } from "@flor/machine";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectTcp } from "./connect-tcp.ts";
import { listenTcp, type TcpListener } from "./listen-tcp.ts";
import { canReadPieces } from "./tcp-ending.ts";
import { TcpRecord } from "./tcp-record.testing.ts";
import type { TcpStream } from "./tcp-stream.ts";

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

/** Moves what waits itself, into two pieces of `room` octets together. */
class MovingRecord extends TcpRecord {
  moved = 0;
  room: number;
  readonly #pieces = new Pieces();

  constructor(room: number) {
    super();
    this.room = room;
  }

  handleWaiting(source: OctetSource): void {
    const place = new Uint8Array(this.room);
    const middle = this.room >> 1;
    this.#pieces.clear();
    this.#pieces.add(place, 0, middle);
    this.#pieces.add(place, middle, this.room);
    const octets = source.readInto(this.#pieces);
    this.moved += octets;
    if (octets > 0) this.handleOctets(place.subarray(0, octets));
  }
}

/** Octets that tell where they lie. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 9)) & 0xff);
}

let listener: TcpListener;
let arrival = Promise.withResolvers<TcpStream>();

beforeEach(async () => {
  arrival = Promise.withResolvers();
  listener = await listenTcp({
    address: "127.0.0.1",
    port: 0,
    handleConnection: (stream) => arrival.resolve(stream),
  });
});
afterEach(() => listener.close());

async function dial(port: number): Promise<TcpStream> {
  const outcome = await connectTcp(LOOPBACK, port, new AbortController().signal);
  if ("code" in outcome) throw new Error(outcome.code);
  return outcome.stream;
}

describe.each(["dialled", "accepted"] as const)("a %s stream", (role) => {
  const ends = async (): Promise<{ near: TcpStream; far: TcpStream }> => {
    const dialled = await dial(listener.port);
    const accepted = await arrival.promise;
    return role === "dialled" ? { near: dialled, far: accepted } : { near: accepted, far: dialled };
  };

  it("lets its listener move what waits, in order with what it tells, up to the end", async () => {
    const { near, far } = await ends();
    far.listen(new TcpRecord());
    const sent = pattern(3_000_000);
    const record = new MovingRecord(100_000);
    near.listen(record);
    far.write(sent);
    far.end();
    await record.until(() => record.ends === 1);
    expect(Buffer.compare(Buffer.concat(record.chunks), sent)).toBe(0);
    expect(record.resets).toEqual([]);
  });

  it("writes several pieces as one, and says what it leaves", async () => {
    const { near, far } = await ends();
    far.pause();
    const farRecord = new TcpRecord(far);
    const nearRecord = new TcpRecord(near);
    const sent = pattern(80_000);
    const pieces = new Pieces();
    let [taken, buffered] = [0, 0];
    while (buffered === 0) {
      pieces.clear();
      for (let at = 0; at < sent.length; at += 10_000) pieces.add(sent, at, at + 10_000);
      buffered = near.writePieces(pieces);
      taken += pieces.octets;
      expect(buffered).toBeLessThanOrEqual(10_000);
    }
    far.resume();
    await farRecord.until(() => farRecord.octets === taken);
    await nearRecord.until(() => nearRecord.drains === 1);
    const received = Buffer.concat(farRecord.chunks);
    for (let at = 0; at < taken; at += sent.length) {
      const round = received.subarray(at, at + sent.length);
      expect(Buffer.compare(round, sent.subarray(0, round.length))).toBe(0);
    }
  });
});

describe.runIf(process.platform === "linux")("what comes before the end", () => {
  it("is moved by the listener, and the reset told behind it", async () => {
    // What reads into pieces is loaded while the first connections are made, which read without it.
    await vi.waitUntil(canReadPieces, { timeout: 10_000 });
    const sent = pattern(40_000);
    const isReset = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.once("data", () => socket.write(sent, () => socket.resetAndDestroy()));
      socket.on("error", () => {}).on("close", () => isReset.resolve());
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const stream = await dial((server.address() as AddressInfo).port);
    stream.write(Uint8Array.of(1));
    // All is there before the first is read, so that it is the listener that meets the reset.
    await isReset.promise;
    const record = new MovingRecord(1_000_000);
    stream.listen(record);
    await record.until(() => record.resets.length + record.ends > 0);
    expect([record.octets, record.resets, record.ends]).toEqual([sent.length, ["ECONNRESET"], 0]);
    expect(record.moved).toBeGreaterThan(0);
    expect(Buffer.compare(Buffer.concat(record.chunks), sent)).toBe(0);
    server.close();
  });
});

it("is left to node:net without FFI", async () => {
  vi.stubEnv("FLOR_FFI", "0");
  vi.resetModules();
  const without = await import("./tcp-ending.ts");
  // What it would find is loaded behind this.
  await import("./kernel-tcp.ts").catch(() => undefined);
  await delay(1);
  expect(without.canReadPieces()).toBe(false);
  vi.unstubAllEnvs();
});
