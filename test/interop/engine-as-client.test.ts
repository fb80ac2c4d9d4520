/** Our engine as a client of other implementations' servers, over UDP. */
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { InteropEndpoint } from "./interop-endpoint.ts";
import { PeerServer } from "./peer-program.ts";
import { longOctets, LOSSY_OCTETS, pathTo, PEERS, RESETTERS, towardsStrangers, upTo } from "./settings.ts";

const open = (): Promise<InteropEndpoint> => InteropEndpoint.open({ crypto: towardsStrangers });

describe.each(PEERS)("our client and $name's server", (peer) => {
  it.each([["--retry"], ["--large-certificate"]])("shake hands with %s", async (flag) => {
    await using server = await PeerServer.start(peer, flag);
    await using endpoint = await open();
    expect(await endpoint.connect(server.port).get(32)).toBe(32);
  });

  it("carry many octets both ways", async () => {
    await using server = await PeerServer.start(peer);
    await using endpoint = await open();
    const octets = longOctets(peer);
    expect(await endpoint.connect(server.port).get(octets)).toBe(octets);
    expect(await endpoint.connect(server.port).put(octets)).toBe(octets);
  });

  it("carry 1,999 streams on one connection", async () => {
    await using server = await PeerServer.start(peer);
    await using endpoint = await open();
    const connection = endpoint.connect(server.port);
    const answers = await Promise.all(upTo(1999).map(() => connection.get(32)));
    expect(answers.every((octets) => octets === 32)).toBe(true);
  });

  it("update keys as we ask", async () => {
    await using server = await PeerServer.start(peer);
    await using endpoint = await open();
    const connection = endpoint.connect(server.port);
    for (const round of upTo(5)) {
      await connection.get(32);
      await expect.poll(() => connection.engine.updateKeys()).toBe(true);
      await connection.get(32);
      expect(connection.engine.keyUpdates).toBe(round + 1);
    }
  });

  it("carry datagrams", async () => {
    await using server = await PeerServer.start(peer);
    await using endpoint = await open();
    const connection = endpoint.connect(server.port);
    await connection.get(32);
    for (const number of upTo(20)) expect(await connection.echo(`datagram ${number}`)).toBe(true);
  });

  it("shake hands fifty times over a path that loses three in ten", async () => {
    await using server = await PeerServer.start(peer);
    await using endpoint = await open();
    const shakes = async (seed: number): Promise<number> => {
      await using path = await pathTo(server.port, { loss: 0.3 }, seed);
      for (const _ of upTo(5)) expect(await endpoint.connect(path.leftPort).get(32)).toBe(32);
      return 5;
    };
    expect(await Promise.all(upTo(10).map((seed) => shakes(seed)))).toEqual(upTo(10).map(() => 5));
  });

  it.each([
    ["damages three in a hundred", { corrupt: 0.03 }, 10_000_000],
    ["loses two in ten", { loss: 0.2 }, LOSSY_OCTETS],
  ])("carry octets both ways over a path that %s", async (_name, impairments, octets) => {
    await using server = await PeerServer.start(peer);
    await using path = await pathTo(server.port, impairments);
    await using endpoint = await open();
    expect(await endpoint.connect(path.leftPort).get(octets)).toBe(octets);
    expect(await endpoint.connect(path.leftPort).put(octets)).toBe(octets);
  });

  it("go on after two seconds of silence", async () => {
    await using server = await PeerServer.start(peer);
    await using path = await pathTo(server.port, { delayMs: 10, rateBitsPerSecond: 40e6 });
    await using endpoint = await open();
    const answer = endpoint.connect(path.leftPort).get(10_000_000);
    await setTimeout(500);
    path.change({ loss: 1 });
    await setTimeout(2000);
    path.change({ delayMs: 10 });
    expect(await answer).toBe(10_000_000);
  });

  it("shake hands when a round trip takes a second and a half", async () => {
    await using server = await PeerServer.start(peer);
    await using path = await pathTo(server.port, { delayMs: 750 });
    await using endpoint = await open();
    expect(await endpoint.connect(path.leftPort).get(100_000)).toBe(100_000);
  });
});

it.each(RESETTERS)("our client knows $name's stateless reset", async (peer) => {
  await using endpoint = await open();
  const key = "5a".repeat(32);
  const server = await PeerServer.start(peer, "--reset-key", key);
  const connection = endpoint.connect(server.port);
  await connection.get(32);
  await server.kill();
  await using _again = await PeerServer.start(peer, "--reset-key", key, "--port", String(server.port));
  // quic-go resets nobody for a packet of fewer than 43 octets.
  await expect(connection.put(1000)).rejects.toThrow(/^the connection ended: lost/);
});
