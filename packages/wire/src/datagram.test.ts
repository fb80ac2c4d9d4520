import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeRemote,
  encodeReport,
  payloadAt,
  RECORD_HEADER_OCTETS,
  recordLength,
  REMOTE_MAX_OCTETS,
  remoteOf,
  writeRecordHeader,
  writeRemoteBefore,
} from "./datagram.ts";
import type { Destination } from "./destination.ts";
import { causeOfNumber } from "./preface.ts";
import { canonicalIpAddress } from "./ip-address.ts";

interface VectorRemote {
  readonly address?: string;
  readonly domain?: string;
  readonly port: number;
}

interface Vectors {
  readonly datagrams: readonly {
    readonly remote: VectorRemote | null;
    readonly payload: string;
    readonly octets: string;
  }[];
  readonly malformed: readonly string[];
  readonly records: readonly {
    readonly type: number;
    readonly cause?: number;
    readonly content: string;
    readonly octets: string;
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../proto/vectors/datagram.json", import.meta.url), "utf8"),
) as Vectors;

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);

function destination({ address, domain, port }: VectorRemote): Destination {
  const target =
    domain === undefined
      ? ({ kind: "address", address: hex(address ?? "") } as const)
      : ({ kind: "domain", name: domain } as const);
  return { target, port };
}

describe("the golden vectors", () => {
  it.each(vectors.datagrams)("of datagrams: $octets", ({ remote, payload, octets }) => {
    const whole = hex(octets);
    const known = remote === null ? undefined : destination(remote);
    expect(new Uint8Array([...encodeRemote(known), ...hex(payload)])).toEqual(whole);
    const at = payloadAt(whole, 0, whole.length);
    expect(whole.subarray(at)).toEqual(hex(payload));
    expect(remoteOf(whole, 0, at)).toEqual(known);
  });

  it.each(vectors.malformed)("of what is no datagram: %s", (octets) => {
    const whole = hex(octets);
    expect(payloadAt(whole, 0, whole.length)).toBe(-1);
  });

  it.each(vectors.records)("of records: $octets", ({ type, cause, content, octets }) => {
    const whole = new Uint8Array(RECORD_HEADER_OCTETS + content.length / 2);
    writeRecordHeader(whole, 0, type, content.length / 2);
    whole.set(
      cause === undefined ? hex(content) : encodeReport(causeOfNumber(cause), hex(content).subarray(1)),
      RECORD_HEADER_OCTETS,
    );
    expect(whole).toEqual(hex(octets));
    expect(recordLength(whole, 0)).toBe(content.length / 2);
  });
});

it("of an address is written before its payload as it is encoded", () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  const words = fc.oneof(
    word.map((last): [number, number, number, number] => [0, 0, 0xffff, last]),
    fc.tuple(word, word, word, word),
  );
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 65_535 }), (address, port) => {
      const octets = new Uint8Array(REMOTE_MAX_OCTETS);
      const [word0, word1, word2, word3] = address;
      const start = writeRemoteBefore(octets, 32, { word0, word1, word2, word3, port });
      const view = new DataView(new ArrayBuffer(16));
      address.forEach((one, index) => view.setUint32(4 * index, one));
      const target = { kind: "address", address: canonicalIpAddress(new Uint8Array(view.buffer)) } as const;
      expect(octets.slice(start, 32)).toEqual(encodeRemote({ target, port }));
    }),
  );
});

it("of random octets is a datagram or none, and never throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (octets, start) => {
      const at = payloadAt(octets, start, octets.length);
      expect(at === -1 || (at > start && at <= octets.length)).toBe(true);
      if (at >= 0) remoteOf(octets, start, at);
    }),
    { numRuns: 10_000 },
  );
});
