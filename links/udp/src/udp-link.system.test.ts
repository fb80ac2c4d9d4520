import { mkdtemp, rm } from "node:fs/promises";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Impairments, UdpRelay } from "@flor/impairment";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { type ReceivedFrame, type StartLinkOptions, StartedLink } from "./started-link.testing.ts";

const TOKEN = { high: 0x01020304, low: 0x05060708 };
const TOKEN_OCTETS = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const ZERO = { high: 0, low: 0 };

const started: StartedLink[] = [];

async function start(options: StartLinkOptions): Promise<StartedLink> {
  const link = await StartedLink.start(options);
  started.push(link);
  return link;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((link) => link.stop()));
});

/** Two links that know each other. */
async function pair(
  host: string,
  options: { config?: object; env?: Record<string, string> } = {},
): Promise<[StartedLink, StartedLink]> {
  const config = { listen: `${host}:0`, ...options.config };
  const links: [StartedLink, StartedLink] = [
    await start({ config, env: options.env ?? {} }),
    await start({ config, env: options.env ?? {} }),
  ];
  const [one, other] = await Promise.all(links.map((link) => link.listeningPort()));
  links[0].setNeighbours([{ key: "other", address: `${host}:${other}` }]);
  links[1].setNeighbours([{ key: "one", address: `${host}:${one}` }]);
  await Promise.all([links[0].portOf("other"), links[1].portOf("one")]);
  return links;
}

function content(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 0xff);
}

/** So much is under way at most: what waits for a busy machine must find room in a socket's buffer. */
const UNDER_WAY_MAX_OCTETS = 100_000;

/** Sends frames of these contents as credit allows, and returns what arrives, as many. */
async function carry(
  from: StartedLink,
  to: StartedLink,
  port: number,
  contents: readonly Uint8Array[],
): Promise<ReceivedFrame[]> {
  const longest = Math.max(1, ...contents.map(({ length }) => length));
  const underWayMax = Math.max(1, Math.floor(UNDER_WAY_MAX_OCTETS / longest));
  let sent = 0;
  const isSent = (): boolean =>
    sent < contents.length &&
    sent - to.frames.length < underWayMax &&
    from.send(port, TOKEN, contents[sent] ?? new Uint8Array(0));
  await to.until(() => {
    const before = sent;
    while (isSent()) sent += 1;
    if (sent > before) from.turn();
    return to.frames.length >= contents.length;
  });
  return to.frames.splice(0);
}

const paths = [
  { path: "ffi with segmentation", env: {}, config: {} },
  { path: "ffi without segmentation", env: {}, config: { gso: "off" } },
  { path: "node:dgram", env: { FLOR_FFI: "0" }, config: {} },
];

describe.each(paths)("two udp links, $path", ({ env, config }) => {
  it.each(["127.0.0.1", "[::1]"])("carry frames of every size exactly over %s", async (host) => {
    const [one, other] = await pair(host, { env, config });
    const { number, mtu, segmentMtu } = await portNumbers(one, "other");
    expect(mtu).toBe(16_384);
    expect(segmentMtu).toBe(host === "127.0.0.1" ? 1472 : 1452);
    const sizes = [0, 1, 100, 1200, segmentMtu - 17, segmentMtu - 16, segmentMtu - 15, 4000, 9000, mtu - 17, mtu - 16];
    const received = await carry(one, other, number, sizes.map(content));
    const { number: back } = await portNumbers(other, "one");
    expect(received).toEqual(sizes.map((size) => ({ port: back, token: TOKEN, content: content(size) })));
  });

  it("carry many frames of one size in order, both ways", async () => {
    const [one, other] = await pair("127.0.0.1", { env, config });
    const ports = { one: await portNumbers(one, "other"), other: await portNumbers(other, "one") };
    for (const size of [1400, 16_368]) {
      const contents = Array.from({ length: 60 }, (_, index) => content(size).fill(index, 0, 4));
      const [there, back] = await Promise.all([
        carry(one, other, ports.one.number, contents),
        carry(other, one, ports.other.number, contents),
      ]);
      expect(there.map((frame) => frame.content)).toEqual(contents);
      expect(back.map((frame) => frame.content)).toEqual(contents);
    }
  });

  it("drop a frame one octet longer than the port's MTU, say so, and carry the next", async () => {
    const [one, other] = await pair("127.0.0.1", { env, config });
    const { number, mtu } = await portNumbers(one, "other");
    const received = await carry(one, other, number, [content(mtu - 16)]);
    one.send(number, TOKEN, content(mtu - 15));
    const after = await carry(one, other, number, [content(5)]);
    expect([...received, ...after].map((frame) => frame.content.length)).toEqual([mtu - 16, 5]);
    expect(await one.next("tooBig")).toMatchObject({ port: number, mtu, octets: mtu + 1 });
    expect(await one.counter("drop.too-big")).toBe(1);
  });
});

describe("a udp link", () => {
  it("without segments declares and enforces the path's MTU", async () => {
    const [one, other] = await pair("127.0.0.1", { config: { segments: false } });
    const { number, mtu, segmentMtu } = await portNumbers(one, "other");
    expect([mtu, segmentMtu]).toEqual([1472, 1472]);
    const received = await carry(one, other, number, [content(mtu - 16)]);
    one.send(number, TOKEN, content(mtu - 15));
    const after = await carry(one, other, number, [content(1)]);
    expect([...received, ...after].map((frame) => frame.content.length)).toEqual([mtu - 16, 1]);
  });

  it("carries longer frames whole when the interface takes them", async () => {
    const [one, other] = await pair("127.0.0.1", { config: { mtu: 9000 } });
    const { number, segmentMtu } = await portNumbers(one, "other");
    expect(segmentMtu).toBe(8972);
    const [frame] = await carry(one, other, number, [content(8956)]);
    expect(frame?.content).toEqual(content(8956));
  });

  it("gives a stranger a provisional port, which becomes the neighbour's under its number", async () => {
    const [server, client] = [
      await start({ config: { listen: "127.0.0.1:0" } }),
      await start({ config: { listen: "127.0.0.1:0" } }),
    ];
    client.setNeighbours([{ key: "server", address: `127.0.0.1:${await server.listeningPort()}` }]);
    const { port } = await client.portOf("server");
    client.send(port, ZERO, content(50));
    client.turn();
    await server.until(() => server.frames.length === 1);
    const [provisional] = server.ports;
    expect(provisional).toMatchObject({
      provisional: true,
      up: true,
      key: `udp:127.0.0.1:${await client.listeningPort()}`,
    });
    const number = provisional?.port ?? 0;
    expect(server.frames[0]?.port).toBe(number);
    server.setNeighbours([{ key: "client", port: number }]);
    expect(await server.portOf("client")).toMatchObject({ port: number, provisional: false });
    const [answer] = await carry(server, client, number, [content(60)]);
    expect(answer?.content).toEqual(content(60));
  });

  it("follows a neighbour's token to its new address", async () => {
    const server = await start({ config: { listen: "127.0.0.1:0" } });
    server.setNeighbours([{ key: "client", token: TOKEN_OCTETS }]);
    const { port } = await server.portOf("client", () => true);
    expect(server.ports[0]?.up).toBe(false);
    const address = `127.0.0.1:${await server.listeningPort()}`;
    for (const size of [10, 20]) {
      const client = await start({ config: { listen: "127.0.0.1:0" } });
      client.setNeighbours([{ key: "server", address }]);
      const { number } = await portNumbers(client, "server");
      await resend(client, number, content(size), () => server.frames.some((frame) => frame.content.length === size));
      const own = `127.0.0.1:${await client.listeningPort()}`;
      await resend(client, number, content(1), () => server.ports.some((one) => one.address === own && one.up));
      expect(server.frames.at(-1)?.port).toBe(port);
      const [answer] = await carry(server, client, port, [content(30)]);
      expect(answer?.content).toEqual(content(30));
    }
    expect(await server.counter("roamed", 2)).toBe(2);
  });

  it("drops what strangers send with a wrong token, and garbage", async () => {
    const server = await start({ config: { listen: "127.0.0.1:0" } });
    server.setNeighbours([{ key: "client", token: TOKEN_OCTETS }]);
    await server.portOf("client", () => true);
    const stranger = createSocket("udp4");
    onTestFinished(() => void stranger.close());
    const port = await server.listeningPort();
    const frame = Uint8Array.of(0x10, 0, 0, 1, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0);
    for (const octets of [frame, new Uint8Array(0), new Uint8Array(15), new Uint8Array(1400).fill(0xff)])
      stranger.send(octets, port, "127.0.0.1");
    expect(await server.counter("drop.stranger")).toBe(1);
    expect(await server.counter("drop.malformed", 3)).toBe(3);
    expect(server.frames).toEqual([]);
    expect(server.ports.length).toBe(1);
  });

  it("keeps its port over restarts when it chose one, and its ports' keys", async () => {
    const stateDir = await mkdtemp(join(tmpdir(), "flor-udp-"));
    onTestFinished(() => rm(stateDir, { recursive: true }));
    const options = { config: { listen: "127.0.0.1:0" }, stateDir };
    const first = await StartedLink.start(options);
    const port = await first.listeningPort();
    await first.stop();
    const second = await start(options);
    expect(await second.listeningPort()).toBe(port);
  });

  it("exits 75 and names the address when another process has it", async () => {
    const socket = createSocket("udp4");
    onTestFinished(() => void socket.close());
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const listen = `127.0.0.1:${socket.address().port}`;
    const { code, log } = await StartedLink.startAndFail({ config: { listen } });
    expect(code).toBe(75);
    expect(log).toContain(listen);
  });

  it.each([
    [{ listen: "here" }, "listen"],
    [{ listen: "127.0.0.1:0", mtu: 100 }, "mtu"],
    [{ listen: "127.0.0.1:0", gso: "on" }, "gso"],
    [{ listen: "127.0.0.1:0", colour: "red" }, "colour"],
  ])("exits 78 and names the key for %j", async (config, key) => {
    const { code, log } = await StartedLink.startAndFail({ config });
    expect(code).toBe(78);
    expect(log).toContain(key);
  });
});

describe("two udp links over a bad path", () => {
  async function pairThrough(impairments: Impairments): Promise<[StartedLink, StartedLink, UdpRelay]> {
    const [one, other] = [
      await start({ config: { listen: "127.0.0.1:0" } }),
      await start({ config: { listen: "127.0.0.1:0" } }),
    ];
    const relay = await UdpRelay.start({
      left: { address: "127.0.0.1", port: await one.listeningPort() },
      right: { address: "127.0.0.1", port: await other.listeningPort() },
      impairments,
    });
    onTestFinished(() => relay[Symbol.asyncDispose]());
    one.setNeighbours([{ key: "other", address: `127.0.0.1:${relay.leftPort}` }]);
    other.setNeighbours([{ key: "one", address: `127.0.0.1:${relay.rightPort}` }]);
    await Promise.all([one.portOf("other"), other.portOf("one")]);
    return [one, other, relay];
  }

  it.each([1124, 1280, 1500])(
    "find out that it carries %i octets and no more, and carry frames of 16,384 over it",
    async (ipMtu) => {
      const [one, other] = await pairThrough({ mtuOctets: ipMtu - 28 });
      const { port } = await one.portOf("other", ({ segmentMtu }) => segmentMtu === ipMtu - 28);
      const contents = Array.from({ length: 40 }, (_, index) => content(16_368).fill(index, 0, 4));
      const received = await carry(one, other, port, contents);
      expect(received.map((frame) => frame.content)).toEqual(contents);
    },
  );

  it("follow it when it becomes shorter without a word", async () => {
    const [one, other, relay] = await pairThrough({});
    const { port } = await one.portOf("other", ({ segmentMtu }) => segmentMtu === 1472);
    await carry(one, other, port, [content(1400)]);
    relay.change({ mtuOctets: 1096 });
    await one.portOf("other", ({ segmentMtu }) => segmentMtu === 1096);
    const [frame] = await carry(one, other, port, [content(16_368)]);
    expect(frame?.content).toEqual(content(16_368));
  });

  it("never hand up a wrong octet, whatever is lost, doubled or overtaken", async () => {
    const [one, other, relay] = await pairThrough({ loss: 0.02, duplicate: 0.05, reorder: 0.05, delayMs: 5 });
    const { port } = await one.portOf("other");
    const sizes = [1, 1400, 5000, 16_368];
    const timer = setInterval(() => {
      for (const size of sizes) one.send(port, TOKEN, content(size));
      one.turn();
    }, 5);
    const arrived = (size: number): number => other.frames.filter((frame) => frame.content.length === size).length;
    await other.until(() => sizes.every((size) => arrived(size) >= 25));
    clearInterval(timer);
    relay.change({});
    await resend(one, port, content(77), () => arrived(77) > 0);
    for (const frame of other.frames) expect(frame.content).toEqual(content(frame.content.length));
  });
});

async function portNumbers(
  link: StartedLink,
  key: string,
): Promise<{ number: number; mtu: number; segmentMtu: number }> {
  const { port: number, mtu, segmentMtu } = await link.portOf(key);
  return { number, mtu, segmentMtu };
}

/** Sends until `isDone`: what a neighbour does whose address is not known yet. */
async function resend(link: StartedLink, port: number, octets: Uint8Array, isDone: () => boolean): Promise<void> {
  const timer = setInterval(() => {
    link.send(port, TOKEN, octets);
    link.turn();
  }, 50);
  await link.until(isDone);
  clearInterval(timer);
}
