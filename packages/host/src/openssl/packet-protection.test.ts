import { MASK_OCTETS, type DirectionKeys, TAG_OCTETS } from "@flor/quic/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpensslHeaderKeys } from "./header-keys.ts";
import { heldContexts } from "./held-context.ts";
import { expandLabel, initialSecret } from "./key-schedule.ts";
import { OpensslPacketKeys } from "./packet-keys.ts";
import { createOpensslProvider } from "./provider.ts";
import * as vectors from "./rfc9001-vectors.testing.ts";
import { SUITES, suiteNumbered } from "./suite.ts";

const provider = createOpensslProvider({ peers: "strangers" });
const CHACHA = suiteNumbered(0x1303)!;

/** The packet protected by `keys`, RFC 9001 section 5.4.1. */
function protect(keys: DirectionKeys, vector: vectors.PacketVector): { mask: Uint8Array; packet: Uint8Array } {
  const { header, payload, packetNumberOctets } = vector;
  const packet = new Uint8Array(header.length + payload.length + TAG_OCTETS);
  packet.set(header);
  packet.set(payload, header.length);
  keys.packet.seal(packet, 0, header.length, packet.length - TAG_OCTETS, vector.packetNumber);
  const sampleAt = header.length - packetNumberOctets + 4;
  const mask = new Uint8Array(16);
  keys.header.masks(packet.slice(sampleAt, sampleAt + 16), 1, mask);
  packet[0]! ^= mask[0]! & (packet[0]! & 0x80 ? 0x0f : 0x1f);
  for (let at = 0; at < packetNumberOctets; at += 1) packet[header.length - packetNumberOctets + at]! ^= mask[1 + at]!;
  return { mask: mask.subarray(0, MASK_OCTETS), packet };
}

describe("RFC 9001 appendix A", () => {
  it("A.1: the secrets and keys of both ends", () => {
    for (const end of ["client", "server"] as const)
      expect(Uint8Array.from(initialSecret(vectors.DESTINATION_ID, end))).toEqual(vectors.SECRETS[end]);
    for (const { end, label, octets } of vectors.DERIVED)
      expect(Uint8Array.from(expandLabel("sha256", vectors.SECRETS[end], label, octets.length))).toEqual(octets);
  });

  it.each([
    ["A.2", "client", vectors.CLIENT_INITIAL],
    ["A.3", "server", vectors.SERVER_INITIAL],
  ] as const)("%s: the Initial packet of the %s, sealed and opened", (_section, end, vector) => {
    const keys = provider.initialKeys(vectors.DESTINATION_ID, end);
    const { mask, packet } = protect(keys, vector);
    expect(mask).toEqual(vector.mask);
    expect(packet).toEqual(vector.packet);
    packet.set(vector.header);
    const payloadEnd = keys.packet.open(packet, 0, vector.header.length, packet.length, vector.packetNumber);
    expect(packet.subarray(vector.header.length, payloadEnd)).toEqual(vector.payload);
  });

  it("A.4: the tag of a Retry", () => {
    const retry = vectors.RETRY.slice(0, -TAG_OCTETS);
    const pseudoPacket = Uint8Array.of(vectors.DESTINATION_ID.length, ...vectors.DESTINATION_ID, ...retry);
    const into = new Uint8Array(vectors.RETRY.length);
    into.set(retry);
    provider.retryTag(pseudoPacket, into, retry.length);
    expect(into).toEqual(vectors.RETRY);
    expect(() => provider.retryTag(pseudoPacket, into, retry.length + 1)).toThrow(RangeError);
  });

  it("A.5: a short header packet with ChaCha20-Poly1305, and the secret behind a key update", () => {
    const secret = vectors.CHACHA_SECRET;
    const keys = { packet: new OpensslPacketKeys(CHACHA, secret), header: new OpensslHeaderKeys(CHACHA, secret) };
    const { mask, packet } = protect(keys, vectors.CHACHA_PACKET);
    expect(mask).toEqual(vectors.CHACHA_PACKET.mask);
    expect(packet).toEqual(vectors.CHACHA_PACKET.packet);
    expect(Uint8Array.from(expandLabel("sha256", secret, "quic ku", 32))).toEqual(vectors.CHACHA_NEXT_SECRET);
    const updated = new OpensslPacketKeys(CHACHA, vectors.CHACHA_NEXT_SECRET);
    expect(sealed(keys.packet.next())).toEqual(sealed(updated));
  });
});

function sealed(keys: OpensslPacketKeys): Uint8Array {
  const packet = new Uint8Array(64);
  keys.seal(packet, 0, 8, 48, 7);
  return packet;
}

function secretOf(octets: number): Uint8Array {
  return Uint8Array.from({ length: octets }, (_, index) => index * 7);
}

describe.each(SUITES.map((suite) => [suite.name, suite] as const))("%s", (_name, suite) => {
  const secret = secretOf(suite.hash === "sha256" ? 32 : 48);

  it("opens what it sealed, gathered or in one piece, at any place, and nothing that was damaged", () => {
    const writer = new OpensslPacketKeys(suite, secret);
    const reader = new OpensslPacketKeys(suite, secret);
    const shape = fc.record({
      before: fc.nat(40),
      header: fc.integer({ min: 1, max: 40 }),
      own: fc.nat(64),
      gathered: fc.nat(2000),
      packetNumber: fc.maxSafeNat(),
      damage: fc.option(fc.nat()),
    });
    const property = fc.property(shape, ({ before, header, own, gathered, packetNumber, damage }) => {
      const octets = Uint8Array.from({ length: before + header + own + gathered + TAG_OCTETS }, (_, at) => at * 31);
      const source = Uint8Array.from({ length: gathered + 5 }, (_, at) => at * 17);
      const payloadStart = before + header;
      const plain = Uint8Array.of(
        ...octets.subarray(payloadStart, payloadStart + own),
        ...source.subarray(3, 3 + gathered),
      );
      const whole = octets.slice();
      whole.set(plain, payloadStart);
      writer.seal(whole, before, payloadStart, payloadStart + plain.length, packetNumber);
      writer.sealFrom(octets, before, payloadStart, payloadStart + own, packetNumber, source, 3, 3 + gathered);
      expect(octets).toEqual(whole);
      if (damage !== null) octets[before + (damage % (octets.length - before))]! ^= 0x10;
      const end = reader.open(octets, before, payloadStart, octets.length, packetNumber);
      expect(end).toBe(damage === null ? octets.length - TAG_OCTETS : -1);
      expect(end < 0 || Buffer.compare(octets.subarray(payloadStart, end), plain) === 0).toBe(true);
    });
    fc.assert(property, { numRuns: 200 });
    writer.free();
    reader.free();
  });

  it("opens nothing under another packet number, also one that differs beyond 32 bits", () => {
    const keys = new OpensslPacketKeys(suite, secret);
    for (const other of [6, 7 + 2 ** 32, 7 + 2 ** 48]) {
      const packet = sealed(keys);
      expect(keys.open(packet, 0, 8, 64, other)).toBe(-1);
    }
    expect(keys.open(sealed(keys), 0, 8, 64, 7)).toBe(48);
    keys.free();
  });

  it("makes the same masks in a batch as one by one", () => {
    const header = new OpensslHeaderKeys(suite, secret);
    const samples = Uint8Array.from({ length: 40 * 16 }, (_, at) => at * 13);
    const masks = new Uint8Array(40 * 16);
    header.masks(samples, 40, masks);
    for (let index = 0; index < 40; index += 1) {
      const one = new Uint8Array(16);
      header.masks(samples.slice(16 * index, 16 * index + 16), 1, one);
      expect(masks.subarray(16 * index, 16 * index + MASK_OCTETS)).toEqual(one.subarray(0, MASK_OCTETS));
    }
    header.free();
  });

  it("keeps the next phase's keys apart, at both ends", () => {
    const writer = new OpensslPacketKeys(suite, secret);
    const reader = new OpensslPacketKeys(suite, secret);
    const packet = sealed(writer.next().next());
    expect(reader.open(packet.slice(), 0, 8, 64, 7)).toBe(-1);
    expect(reader.next().open(packet.slice(), 0, 8, 64, 7)).toBe(-1);
    expect(reader.next().next().open(packet, 0, 8, 64, 7)).toBe(48);
  });

  it("refuses what is out of bounds before OpenSSL sees it", () => {
    const keys = new OpensslPacketKeys(suite, secret);
    const header = new OpensslHeaderKeys(suite, secret);
    const octets = new Uint8Array(64);
    for (const [start, payload, end] of [
      [-1, 8, 48],
      [8, 4, 48],
      [0, 48, 8],
      [0, 8, 49],
      [0, 8, Number.NaN],
    ] as const)
      expect(() => keys.seal(octets, start, payload, end, 0), `${start} ${payload} ${end}`).toThrow(RangeError);
    expect(() => keys.sealFrom(octets, 0, 8, 40, 0, octets, 60, 65)).toThrow(RangeError);
    expect(() => keys.sealFrom(octets, 0, 8, 40, 0, octets, 50, 59)).toThrow(RangeError);
    expect(() => keys.open(octets, 0, 8, 65, 0)).toThrow(RangeError);
    expect(keys.open(octets, 0, 8, 23, 0)).toBe(-1);
    expect(() => header.masks(octets, 5, new Uint8Array(128))).toThrow(RangeError);
    expect(() => header.masks(new Uint8Array(128), 5, octets)).toThrow(RangeError);
    const given = new Uint8Array(64);
    keys.seal(given, 0, 8, 48, 0);
    structuredClone(given.buffer, { transfer: [given.buffer] });
    expect(() => keys.seal(given, 0, 8, 48, 0)).toThrow(RangeError);
    keys.free();
    header.free();
  });
});

describe("contexts of OpenSSL", () => {
  it("are freed with their keys, once, and refuse work afterwards", () => {
    const before = heldContexts();
    const { packet, header } = provider.initialKeys(vectors.DESTINATION_ID, "client");
    const octets = new Uint8Array(64);
    packet.seal(octets, 0, 8, 48, 1);
    packet.open(octets, 0, 8, 64, 1);
    expect(heldContexts()).toBe(before + 3);
    for (let times = 0; times < 2; times += 1) {
      packet.free();
      header.free();
    }
    expect(heldContexts()).toBe(before);
    expect(() => packet.seal(octets, 0, 8, 48, 1)).toThrow(/freed/);
    expect(() => packet.open(octets, 0, 8, 64, 1)).toThrow(/freed/);
    expect(() => header.masks(octets, 1, octets)).toThrow(/freed/);
  });
});
