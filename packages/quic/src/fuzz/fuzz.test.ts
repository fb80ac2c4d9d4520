/**
 * Octets of strangers and of peers that have gone mad. Nothing throws, nothing that is not authentic changes anything,
 * and what is taken stays within its bounds. `npm run fuzz` runs it for long.
 */
import { describe, expect, it } from "vitest";
import { readInvariantHeader, readLongHeader } from "../long-header.ts";
import {
  decodeTransportParameters,
  encodeTransportParameters,
  TransportParameters,
} from "../packet/transport-parameters.ts";
import { endsWithResetToken, ForgedPair, type Space } from "./forged-pair.testing.ts";
import { RandomFrames } from "./random-frames.testing.ts";
import { below, damaged, random, randomOctets, repeat, RUNS, TIME_LIMIT_MS } from "./runs.testing.ts";

const NAMES = Object.keys(new TransportParameters()) as (keyof TransportParameters)[];

describe("frames of an authenticated peer", () => {
  it.each<[Space, boolean]>([
    ["application", true],
    ["handshake", false],
    ["initial", false],
  ])(
    "in %s packets end the connection or are taken, and never throw",
    { timeout: TIME_LIMIT_MS },
    (space, isEstablished) => {
      const frames = new RandomFrames(random, space !== "application");
      const into = new Uint8Array(70_000);
      let pair = new ForgedPair(random, isEstablished);
      let ended = 0;
      let taken = 0;
      repeat(() => {
        if (pair.forge(space, frames.next())) taken += 1;
        pair.now += random() < 0.1 ? 400 : 1;
        const due = pair.server.nextTimeout();
        if (due !== undefined && due <= pair.now) pair.server.handleTimeout(pair.now);
        pair.server.forEachReadable((stream) => pair.server.receive(stream, into, pair.now) !== -9);
        if (random() < 0.1) pair.server.send(1, into.subarray(0, below(3000)), random() < 0.1);
        if (random() < 0.05) pair.server.openStream();
        while (pair.server.receiveDatagram(into) >= 0);
        pair.drain();
        if (!pair.server.isDraining() && !pair.server.isClosed()) return;
        ended += 1;
        pair.free();
        pair = new ForgedPair(random, isEstablished);
      });
      // Both happen, or the frames are too good or too bad to find anything.
      expect(ended).toBeGreaterThan(RUNS / 100);
      expect(taken).toBeGreaterThan(ended);
    },
  );
});

describe("datagrams of strangers", () => {
  it("change nothing in a connection, whatever they look like", { timeout: TIME_LIMIT_MS }, () => {
    const pair = new ForgedPair(random);
    repeat(() => {
      const model = pair.genuine[below(pair.genuine.length)]!;
      const datagram = random() < 0.2 ? randomOctets(1500) : damaged(model.octets);
      const end = random() < 0.5 ? pair.client : pair.server;
      if (endsWithResetToken(datagram)) return;
      end.take(datagram, 0, datagram.length, pair.now);
      pair.drain();
    });
    expect([pair.client.isEstablished(), pair.server.isEstablished()]).toEqual([true, true]);
  });

  it("never throw in the middle of a handshake", { timeout: TIME_LIMIT_MS }, () => {
    let pair = new ForgedPair(random, false);
    repeat(() => {
      const model = pair.genuine[below(pair.genuine.length)]!;
      const datagram = random() < 0.2 ? randomOctets(1500) : damaged(model.octets);
      const end = random() < 0.5 ? pair.client : pair.server;
      end.take(datagram, 0, datagram.length, pair.now);
      pair.drain();
      if (random() > 0.01) return;
      pair.settle();
      pair.free();
      pair = new ForgedPair(random, false);
    });
    expect(pair.genuine.length).toBeGreaterThan(0);
  });

  it("have headers that are read or refused", { timeout: TIME_LIMIT_MS }, () => {
    const models = new ForgedPair(random).genuine;
    let read = 0;
    repeat(() => {
      const octets = random() < 0.3 ? randomOctets(80) : damaged(models[below(models.length)]!.octets);
      const header = readLongHeader(octets, 0, octets.length);
      const invariant = readInvariantHeader(octets, 0, octets.length);
      if (header === undefined || invariant === undefined) return;
      read += 1;
      if (header.destination.length > 20 || header.source.length > 20) throw new Error("an id is too long");
    });
    expect(read).toBeGreaterThan(RUNS / 100);
  });
});

describe("transport parameters", () => {
  it("are refused, or say the same when they are written again", { timeout: TIME_LIMIT_MS }, () => {
    const own = new TransportParameters();
    own.initialSourceConnectionId = new Uint8Array(8).fill(1);
    own.initialMaxData = 1_000_000;
    own.initialMaxStreamsBidi = 100;
    own.maxDatagramFrameSize = 65_535;
    own.resetStreamAt = true;
    own.minAckDelay = 1000;
    own.statelessResetToken = new Uint8Array(16).fill(2);
    own.disableActiveMigration = true;
    own.ackDelayExponent = 4;
    own.maxUdpPayloadSize = 1452;
    const model = encodeTransportParameters(own);
    let read = 0;
    repeat(() => {
      const octets = random() < 0.2 ? randomOctets(100) : damaged(model);
      const parameters = decodeTransportParameters(octets, random() < 0.5 ? "client" : "server");
      if (parameters === undefined) return;
      read += 1;
      const again = decodeTransportParameters(encodeTransportParameters(parameters), "server");
      for (const name of NAMES) {
        // We tell no preferred address, and no number that does not fit a double.
        if (name === "preferredAddress" || Number(parameters[name]) > Number.MAX_SAFE_INTEGER) continue;
        const [before, after] = [JSON.stringify(parameters[name]), JSON.stringify(again?.[name])];
        if (before !== after) throw new Error(`${name} was ${before}, is ${after}`);
      }
    });
    expect(read).toBeGreaterThan(RUNS / 100);
  });
});
