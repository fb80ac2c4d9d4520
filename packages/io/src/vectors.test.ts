import { readFileSync } from "node:fs";
import { decodeEnvelope, labelStackOctets, packLabelStackEntry, readFrameHeader, viewOf } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { decodeBootstrap, encodeBootstrap } from "./bootstrap.ts";
import { createLinkEnd } from "./link-end.ts";
import { createNodeEnd } from "./node-end.ts";
import type { FlorIoEnd } from "./flor-io-end.ts";

interface Message {
  readonly datagram: string;
}

/** Made by proto/vectors/make-flor-io.py, another implementation. */
const vectors = JSON.parse(readFileSync(new URL("../../../proto/vectors/flor-io.json", import.meta.url), "utf8")) as {
  readonly handshake: Readonly<Record<"secret" | "linkNonce" | "nodeNonce" | "linkToken" | "nodeToken", string>> & {
    readonly instance: string;
    readonly receiveBufferOctets: number;
  } & Readonly<Record<"hello" | "welcome" | "ready" | "helloOfVersion7" | "rejectOfVersion7", Message>>;
  readonly bootstrap: Readonly<Record<string, unknown>> & { readonly line: string; readonly secret: string };
  readonly frames: readonly (Readonly<Record<"type" | "flags" | "length" | "port", number>> & {
    readonly name: string;
    readonly octets: string;
    readonly token: readonly [number, number];
  })[];
  readonly invalidDatagrams: readonly {
    readonly name: string;
    readonly octets: string;
    readonly drop: keyof FlorIoEnd["drops"]["counts"];
    readonly frames: number;
  }[];
  readonly envelopes: readonly { readonly name: string; readonly octets: string; readonly envelope: object }[];
  readonly labelStackEntries: readonly {
    readonly label: number;
    readonly trafficClass: number;
    readonly bottom: boolean;
    readonly ttl: number;
    readonly octets: string;
  }[];
};

const { handshake } = vectors;
const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);

/** A fake of chance: the vectors' token and nonce, and the middle of everything else. */
function randomFillOf(token: string, nonce: string): (octets: Uint8Array) => void {
  return (octets) => {
    if (octets.length === 8) octets.set(hex(token));
    else if (octets.length === 32) octets.set(hex(nonce));
    else octets.fill(0x80);
  };
}

function createEnds(): { node: FlorIoEnd; link: FlorIoEnd; sent: string[]; frames: string[] } {
  const sent: string[] = [];
  const frames: string[] = [];
  const shared = {
    secret: hex(handshake.secret),
    receiveBufferOctets: handshake.receiveBufferOctets,
    capabilities: ["stats"],
    transmit: (octets: Uint8Array, offset: number, length: number) =>
      void sent.push(octets.subarray(offset, offset + length).toHex()),
    sink: {
      handleFrames: (octets: Uint8Array, view: DataView, offset: number, end: number) => {
        for (let at = offset; at < end; at += 16 + view.getUint16(at + 2))
          frames.push(octets.subarray(at, end).toHex());
      },
    },
  };
  const node = createNodeEnd(
    {
      ...shared,
      randomFill: randomFillOf(handshake.nodeToken, handshake.nodeNonce),
      ancestry: [hex(handshake.instance)],
    },
    0,
  );
  const identity = { program: "example", programVersion: "1.0.0", pid: 4242 };
  const link = createLinkEnd(
    { ...shared, ...identity, randomFill: randomFillOf(handshake.linkToken, handshake.linkNonce) },
    0,
  );
  return { node, link, sent, frames };
}

function receive(end: FlorIoEnd, datagram: string): void {
  end.handleReceive(hex(datagram), datagram.length / 2, 0);
}

function readyNode(): ReturnType<typeof createEnds> {
  const ends = createEnds();
  receive(ends.node, handshake.hello.datagram);
  receive(ends.node, handshake.ready.datagram);
  ends.sent.length = 0;
  return ends;
}

describe("the vectors of Flor IO", () => {
  it("are the octets of the handshake, message by message", () => {
    const { node, link, sent } = createEnds();
    link.handleTimeout(0);
    expect(sent.pop()).toBe(handshake.hello.datagram);
    receive(node, handshake.hello.datagram);
    expect(sent.pop()).toBe(handshake.welcome.datagram);
    receive(link, handshake.welcome.datagram);
    expect(sent.pop()).toBe(handshake.ready.datagram);
    receive(node, handshake.ready.datagram);
    expect([node.state, link.state]).toEqual(["ready", "ready"]);
  });

  it("are the octets of a refusal", () => {
    const { node, sent } = createEnds();
    receive(node, handshake.helloOfVersion7.datagram);
    expect(sent).toEqual([handshake.rejectOfVersion7.datagram]);
    expect(node.pollEvent()).toMatchObject({ type: "rejected", code: 1, versions: [1] });
  });

  it("are the bootstrap line", () => {
    const { line, secret, ...values } = vectors.bootstrap;
    const expected = { ...values, secret: hex(secret), versions: [1] };
    const decoded = decodeBootstrap(line.trimEnd());
    expect(decoded).toEqual(expected);
    expect("error" in decoded ? undefined : encodeBootstrap(decoded)).toBe(line);
  });

  it.each(vectors.frames.map((one) => [one.name, one] as const))("hold a frame: %s", (_, one) => {
    const octets = hex(one.octets);
    const header = readFrameHeader(viewOf(octets), 0, octets.length);
    const { type, flags, length, port } = one;
    expect(header).toEqual({ type, flags, length, port, token: { high: one.token[0], low: one.token[1] } });
    expect(readFrameHeader(viewOf(octets), 0, octets.length - 1)).toBeUndefined();
  });

  it.each(vectors.invalidDatagrams.map((one) => [one.name, one] as const))("hold what a node drops: %s", (_, one) => {
    const { node, frames } = readyNode();
    receive(node, one.octets);
    const drops = Object.entries(node.drops.counts).filter(([, count]) => count > 0);
    expect(drops).toEqual([[one.drop, 1]]);
    expect(frames).toHaveLength(one.frames);
    expect(node.state).toBe("ready");
  });

  it.each(vectors.envelopes.map((one) => [one.name, one] as const))("hold an envelope: %s", (_, one) => {
    const decoded = decodeEnvelope(hex(one.octets));
    expect(plainOf(decoded)).toMatchObject(one.envelope);
  });

  it.each(vectors.labelStackEntries.map((one) => [one.octets, one] as const))("hold the entry %s", (_, one) => {
    const octets = hex(one.octets);
    expect(packLabelStackEntry(one.label, one.trafficClass, one.bottom, one.ttl)).toBe(viewOf(octets).getUint32(0));
    expect(labelStackOctets(viewOf(octets), 0, 4)).toBe(one.bottom ? 4 : 0);
  });
});

/** A decoded message as the JSON of the vectors has it: octets in hex, defaults present. */
function plainOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== "object" || value === null) return value;
  const fields: Record<string, unknown> = {};
  // Fields that did not come are on the prototype, with their default.
  for (const name in value) fields[name] = plainOf((value as Record<string, unknown>)[name]);
  return fields;
}
