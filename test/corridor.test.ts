/** Walks the table "The life of one frame" of ARCHITECTURE.md: what it names is where it says, and nothing is between. */
import { randomBytes, randomFillSync } from "node:crypto";
import { FlorIoSocket, type FlorIoSocketOwner, openLoopbackSocket } from "@flor/host";
import { createLinkEnd, createNodeEnd } from "@flor/io";
import { FlorNode } from "@flor/node";
import { createIdentity } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import { createPlainProvider } from "@flor/quic/plain";
import { FRAME_DATA, viewOf, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import { expect, test } from "vitest";
import { readText } from "./repository.ts";

interface Leg {
  readonly step: string;
  readonly names: readonly string[];
  readonly files: readonly string[];
}

const [, section = ""] = /## The life of one frame\n([\s\S]*?)\n## /.exec(readText("ARCHITECTURE.md")) ?? [];
const legs: readonly Leg[] = [...section.matchAll(/^\| ([^|]+?) +\| ([^|]+) \| ([^|]+) \|$/gm)]
  .map(([, step = "", what = "", where = ""]) => ({ step, marked: marksIn(what + where) }))
  .filter(({ marked }) => marked.length > 0)
  .map(({ step, marked }) => ({
    step,
    names: marked.filter((mark) => !mark.includes("/")),
    files: marked.filter((mark) => mark.includes("/")),
  }));

function marksIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, mark = ""]) => mark);
}

test("the table has its legs", () => {
  expect(legs.length).toBeGreaterThan(10);
});

test.each(legs)("leg $step names files, none of the command line, and what is in them", ({ names, files }) => {
  expect(files).not.toEqual([]);
  expect(files.filter((file) => /^(?:apps|packages\/runtime)\//.test(file))).toEqual([]);
  const text = files.map(readText).join("\n");
  const missing = names.flatMap((name) => name.split(".")).filter((word) => !new RegExp(`\\b${word}\\b`).test(text));
  expect(missing).toEqual([]);
});

test("a frame that a link sends gets from the socket to the node through the files of the table alone", async () => {
  using pair = await openPair();
  const walked = await pair.walk();
  expect(walked).toEqual([
    "packages/host/src/datagram",
    "packages/host/src/flor-io-socket.ts",
    "packages/io/src/flor-io-end.ts",
    "packages/node/src/node-links.ts",
    "packages/node/src/forward.ts",
  ]);
});

/** A node and a link in this process, their ends on real sockets. */
async function openPair(): Promise<Disposable & { walk(): Promise<readonly string[]> }> {
  const node = createNode();
  const secret = randomBytes(32);
  const ready = Promise.withResolvers<void>();
  const owner = (handleReady: () => void): FlorIoSocketOwner => ({
    handleEvent: ({ type }) => (type === "ready" ? handleReady() : undefined),
    handleServed: () => {},
    handleSocketError: () => {},
  });
  const [nodeSocket, linkSocket] = [await openLoopbackSocket(), await openLoopbackSocket()];
  const sink = node.links.sinkOf("wan");
  const now = performance.now();
  const here = new FlorIoSocket(
    nodeSocket,
    (shared) => createNodeEnd({ ...shared, sink, secret }, now),
    owner(() => here.connect()),
  );
  const nature = { sink: { handleFrames: () => {} }, secret, program: "test", programVersion: "1", pid: process.pid };
  const there = new FlorIoSocket(
    linkSocket,
    (shared) => createLinkEnd({ ...shared, ...nature }, now),
    owner(ready.resolve),
  );
  there.connect(here.localPort);
  here.start();
  there.start();
  await ready.promise;
  return {
    async walk() {
      const arrived = Promise.withResolvers<readonly string[]>();
      // The frame comes from a port that was never announced: that is noted where the node looks at it first.
      const { conduct } = node.links.get("wan")!;
      conduct.note = () => arrived.resolve(packagesIn(new Error("here").stack ?? ""));
      const frame = new Uint8Array(20);
      writeFrameHeader(viewOf(frame), 0, { type: FRAME_DATA, flags: 0, length: 4, port: 7, token: ZERO_TOKEN });
      there.end.send(frame, 0, frame.length);
      there.end.flush();
      return arrived.promise;
    },
    [Symbol.dispose]() {
      here.close();
      there.close();
    },
  };
}

function createNode(): FlorNode {
  const identity = createIdentity(new Uint8Array(randomBytes(32)));
  const host = {
    randomFill: (octets: Uint8Array) => void randomFillSync(octets),
    unixSeconds: () => 0,
    dial: () => () => {},
    dialTarget: () => () => {},
    handleOwnRecords: () => {},
    openDatagrams: () => () => {},
    setNeighbours: () => {},
    wake: () => {},
    log: () => {},
  };
  const links = [{ name: "wan", kind: "udp" }];
  const engines = engineMaker({ crypto: createPlainProvider(identity) });
  const settings = { name: "a", identity, engines, links, peers: [], northbounds: [], route: () => [] };
  return new FlorNode(settings, host, performance.now());
}

/** The files of packages on a stack, outermost first, each once; the two kinds of sockets count as one. */
function packagesIn(stack: string): readonly string[] {
  const files = [...stack.matchAll(/(packages\/[\w-]+\/src\/[\w-]+\.ts)/g)].map(([, file = ""]) =>
    file.replace(/(datagram)-(?:ffi|portable)\.ts$/, "$1"),
  );
  return [...new Set(files.toReversed())];
}
