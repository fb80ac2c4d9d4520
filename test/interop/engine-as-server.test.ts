/** Our engine as a server of other implementations' clients, over UDP. */
import { QUIC_VERSION_1 } from "@flor/quic/engine";
import { createSocket } from "node:dgram";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { InteropEndpoint, type InteropEndpointOptions } from "./interop-endpoint.ts";
import { quicGo, runPeerClient } from "./peer-program.ts";
import {
  amongNodes,
  longOctets,
  LOSSY_OCTETS,
  NEGOTIATORS,
  pathTo,
  PEERS,
  RESETTERS,
  towardsStrangers,
  UPDATERS,
  upTo,
  withLargeChain,
} from "./settings.ts";

const open = (options: Partial<InteropEndpointOptions> = {}): Promise<InteropEndpoint> =>
  InteropEndpoint.open({ crypto: towardsStrangers, ...options });

describe.each(PEERS)("$name's client and our server", (peer) => {
  it("shake hands", async () => {
    await using server = await open();
    expect(await runPeerClient(peer, server.port, "connections", "3")).toBe("ok");
  });

  it("shake hands after a Retry", async () => {
    await using server = await open({ retries: true });
    expect(await runPeerClient(peer, server.port, "connections", "3")).toBe("ok");
  });

  it("shake hands with certificates longer than a server may send unasked", async () => {
    await using server = await open({ crypto: withLargeChain });
    expect(await runPeerClient(peer, server.port, "connections", "3")).toBe("ok");
  });

  it("carry many octets both ways", async () => {
    await using server = await open();
    const octets = String(longOctets(peer));
    expect(await runPeerClient(peer, server.port, "get", octets)).toBe("ok");
    expect(await runPeerClient(peer, server.port, "put", octets)).toBe("ok");
  });

  it("carry 1,999 streams on one connection", async () => {
    await using server = await open();
    expect(await runPeerClient(peer, server.port, "streams", "1999")).toBe("ok");
  });

  it("carry datagrams", async () => {
    await using server = await open();
    expect(await runPeerClient(peer, server.port, "datagrams", "20")).toBe("ok");
  });

  it("shake hands fifty times over a path that loses three in ten", async () => {
    await using server = await open();
    const shakes = async (seed: number): Promise<string> => {
      await using path = await pathTo(server.port, { loss: 0.3 }, seed);
      return await runPeerClient(peer, path.leftPort, "connections", "5");
    };
    expect(await Promise.all(upTo(10).map((seed) => shakes(seed)))).toEqual(upTo(10).map(() => "ok"));
  });

  it.each([
    ["damages three in a hundred", { corrupt: 0.03 }, 10_000_000],
    ["loses two in ten", { loss: 0.2 }, LOSSY_OCTETS],
  ])("carry octets both ways over a path that %s", async (_name, impairments, octets) => {
    await using server = await open();
    await using path = await pathTo(server.port, impairments);
    expect(await runPeerClient(peer, path.leftPort, "get", String(octets))).toBe("ok");
    expect(await runPeerClient(peer, path.leftPort, "put", String(octets))).toBe("ok");
  });

  it("go on after two seconds of silence", async () => {
    await using server = await open();
    await using path = await pathTo(server.port, { delayMs: 10, rateBitsPerSecond: 40e6 });
    const answer = runPeerClient(peer, path.leftPort, "get", "10000000");
    await expect.poll(() => path.counts.toLeft.sent).toBeGreaterThan(500);
    path.change({ loss: 1 });
    await setTimeout(2000);
    path.change({ delayMs: 10 });
    expect(await answer).toBe("ok");
  });

  it("shake hands when a round trip takes a second and a half", async () => {
    await using server = await open();
    await using path = await pathTo(server.port, { delayMs: 750 });
    expect(await runPeerClient(peer, path.leftPort, "get", "100000")).toBe("ok");
  });
});

it.each(UPDATERS)("$name's client and our server update keys as the client asks", async (peer) => {
  await using server = await open();
  expect(await runPeerClient(peer, server.port, "key-update")).toBe("ok");
  expect(server.accepted[0]!.engine.keyUpdates).toBeGreaterThan(0);
});

it.each(NEGOTIATORS)("$name negotiates version 1 with our server", async (peer) => {
  await using server = await open();
  expect(await runPeerClient(peer, server.port, "reserved-version")).toBe("ok");
});

it("quic-go shows our server a node's certificate, and none is not enough among nodes", async () => {
  await using server = await open({ crypto: amongNodes });
  expect(await runPeerClient(quicGo, server.port, "--node-certificate", "get", "32")).toBe("ok");
  expect(server.accepted[0]!.engine.peerCertificate()).toBeDefined();
  expect(await runPeerClient(quicGo, server.port, "get", "32")).toMatch(
    /CRYPTO_ERROR 0x174.*the peer showed no certificate/,
  );
});

it.each(RESETTERS)("$name knows our server's stateless reset", async (peer) => {
  const key = new Uint8Array(32).fill(9);
  const server = await open({ key });
  const { port } = server;
  const end = runPeerClient(peer, port, "until-reset");
  await expect.poll(() => server.accepted[0]?.engine.isEstablished()).toBe(true);
  await server[Symbol.asyncDispose]();
  await using _again = await open({ key, port });
  expect(await end).toBe("ok");
});

it("our server answers a version that nobody speaks with the one that it has", async () => {
  await using server = await open();
  const hello = new Uint8Array(1200);
  hello.set([0xc0, 0x1a, 0x2a, 0x3a, 0x4a, 8, 1, 1, 1, 1, 1, 1, 1, 1, 3, 2, 2, 2]);
  const [answer] = await answersTo(server.port, hello, 0);
  const expected = [0, 0, 0, 0, 3, 2, 2, 2, 8, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, QUIC_VERSION_1];
  expect([...answer!.subarray(1)]).toEqual(expected);
  expect(answer![0]! & 0x80).toBe(0x80);
});

it("our server sends no more than three times what came from an address that proved nothing", async () => {
  await using server = await open({ crypto: withLargeChain });
  const hello = await firstDatagram();
  const answers = await answersTo(server.port, hello, 4000);
  const octets = answers.reduce((sum, answer) => sum + answer.length, 0);
  expect(octets).toBeLessThanOrEqual(3 * hello.length);
});

/** What comes back for one datagram: the first answer, and what follows within this time. */
async function answersTo(port: number, datagram: Uint8Array, withinMs: number): Promise<readonly Buffer[]> {
  const socket = createSocket("udp4");
  const answers: Buffer[] = [];
  socket.on("message", (answer) => void answers.push(answer));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  socket.send(datagram, port, "127.0.0.1");
  await expect.poll(() => answers.length).toBeGreaterThan(0);
  await setTimeout(withinMs);
  await new Promise<void>((resolve) => socket.close(resolve));
  return answers;
}

/** The first datagram of our own client. */
async function firstDatagram(): Promise<Uint8Array> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const came = new Promise<Buffer>((resolve) => socket.once("message", resolve));
  await using client = await open();
  client.connect(socket.address().port);
  const datagram = await came;
  await new Promise<void>((resolve) => socket.close(resolve));
  return Uint8Array.from(datagram);
}
