import { once } from "node:events";
import { type Duplex, duplexPair } from "node:stream";
import { setImmediate as immediate } from "node:timers/promises";
import type { Neighbour } from "@flor/link-kit";
import { FRAME_DATA, FRAME_HEADER_OCTETS, type Token, viewOf, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type CarriedStream, carriedStreamOf } from "./carried-stream.ts";
import { CarrierLink, type CarrierLinkOptions, UNCLAIMED_MS } from "./carrier-link.ts";
import { RecordedDoor } from "./recorded-door.testing.ts";

const TOKEN: Token = { high: 0x01020304, low: 0x05060708 };
const TOKEN_OCTETS = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** A link, its node, and the ends of the streams that it dialled. */
interface End {
  readonly node: RecordedDoor;
  readonly link: CarrierLink;
  readonly dialled: Duplex[];
}

const opened: CarrierLink[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((link) => link.close()));
});

/** A link named by a number, that dials `far` if it is given. */
function open(number: number, far?: () => CarrierLink, mtu = 2000): End {
  const node = new RecordedDoor();
  const dialled: Duplex[] = [];
  const dial: CarrierLinkOptions["dial"] = async (address): Promise<CarriedStream> => {
    const target = far?.();
    if (target === undefined) throw new Error("nobody is there");
    const [near, other] = duplexPair();
    dialled.push(near);
    target.accept(carriedStreamOf(other, `from ${number}`));
    return carriedStreamOf(near, address);
  };
  const link = new CarrierLink({ node, kind: "test", name: new Uint8Array(16).fill(number), mtu, dial });
  opened.push(link);
  return { node, link, dialled };
}

function neighbour(key: string, more: Partial<Neighbour> = {}): Neighbour {
  return { key, address: "", token: new Uint8Array(0), port: 0, peer: key, ...more };
}

function send({ link }: End, port: number, content: string, token: Token = TOKEN): void {
  const payload = new TextEncoder().encode(content);
  const frame = new Uint8Array(FRAME_HEADER_OCTETS + payload.length);
  const view = viewOf(frame);
  writeFrameHeader(view, 0, { type: FRAME_DATA, flags: 0, length: payload.length, port, token });
  frame.set(payload, FRAME_HEADER_OCTETS);
  link.handleFrames(frame, view, 0, frame.length);
}

/** The port with a key, as soon as it is up. */
async function portUp({ node }: End, key: string): Promise<number> {
  const port = await node.until(() => (node.portOf(key)?.up === true ? node.portOf(key) : undefined));
  return port.port;
}

async function received({ node }: End, content: string): Promise<number> {
  const frame = await node.until(() => node.frames.find((one) => one.content === content));
  return frame.port;
}

/** Two links of which the first dials the second, where it is known by its token. */
async function pair(): Promise<{ client: End; server: End; toServer: number; toClient: number }> {
  const server = open(2);
  const client = open(1, () => server.link);
  server.link.setNeighbours([neighbour("client", { token: TOKEN_OCTETS })]);
  client.link.setNeighbours([neighbour("server", { address: "there" })]);
  const toServer = await portUp(client, "server");
  send(client, toServer, "first");
  await received(server, "first");
  return { client, server, toServer, toClient: await portUp(server, "client") };
}

describe("a link over streams", () => {
  it("declares what a stream is, and carries frames both ways", async () => {
    const { client, server, toServer, toClient } = await pair();
    expect(client.node.ports.get(toServer)).toEqual({
      port: toServer,
      key: "server",
      up: true,
      mtu: 2000,
      ordered: true,
      reliable: true,
      encrypted: false,
      address: "there",
      provisional: false,
    });
    send(server, toClient, "answer");
    expect(await received(client, "answer")).toBe(toServer);
  });

  it("knows a stream by the token of its first frame, and drops those of nobody", async () => {
    const { client, server, toServer, toClient } = await pair();
    expect(server.node.frames).toEqual([{ port: toClient, content: "first" }]);
    client.dialled[0]?.destroy();
    await server.node.until(() => (server.node.portOf("client")?.up === false ? true : undefined));
    expect(await portUp(client, "server")).toBe(toServer);
    send(client, toServer, "unknown", { high: 9, low: 9 });
    await server.node.until(() => server.node.counts.get("drop.stranger"));
    send(client, toServer, "known");
    expect(await received(server, "known")).toBe(toClient);
  });

  it("gives a stranger a provisional port, which becomes the neighbour's under its number", async () => {
    const server = open(2);
    const client = open(1, () => server.link);
    server.link.setNeighbours([neighbour("client")]);
    client.link.setNeighbours([neighbour("server", { address: "there" })]);
    send(client, await portUp(client, "server"), "hello", ZERO_TOKEN);
    const port = await received(server, "hello");
    expect(server.node.ports.get(port)).toMatchObject({ provisional: true, up: true, key: "test:from 1#1" });
    server.link.setNeighbours([neighbour("client", { port, token: TOKEN_OCTETS })]);
    expect([...server.node.ports.values()]).toMatchObject([{ port, key: "client", provisional: false, up: true }]);
    send(server, port, "welcome");
    await received(client, "welcome");
  });

  it("keeps one stream, the same at both ends, when both dial at once", async () => {
    const ends: { one?: End; other?: End } = {};
    const one = open(1, () => ends.other!.link);
    const other = open(2, () => one.link);
    ends.other = other;
    one.link.setNeighbours([neighbour("other", { address: "there", token: TOKEN_OCTETS })]);
    other.link.setNeighbours([neighbour("one", { address: "here", token: TOKEN_OCTETS })]);
    const [toOther, toOne] = [await portUp(one, "other"), await portUp(other, "one")];
    send(one, toOther, "from one");
    send(other, toOne, "from other");
    await Promise.all([received(other, "from one"), received(one, "from other")]);
    // The end with the lower name dialled what stays.
    const [dropped] = other.dialled;
    if (dropped?.destroyed === false) await once(dropped, "close");
    expect([one.dialled, other.dialled].map(([stream]) => stream?.destroyed)).toEqual([false, true]);
    expect([one.node.ports.size, other.node.ports.size]).toEqual([1, 1]);
  });

  it("drops a frame that is longer than either end takes, says so, and carries the next", async () => {
    const server = open(2, undefined, 1300);
    const client = open(1, () => server.link);
    server.link.setNeighbours([neighbour("client", { token: TOKEN_OCTETS })]);
    client.link.setNeighbours([neighbour("server", { address: "there" })]);
    const port = await portUp(client, "server");
    expect(client.node.ports.get(port)?.mtu).toBe(1300);
    send(client, port, "x".repeat(1300 - FRAME_HEADER_OCTETS + 1));
    send(client, port, "y".repeat(1300 - FRAME_HEADER_OCTETS));
    await received(server, "y".repeat(1300 - FRAME_HEADER_OCTETS));
    expect(client.node.tooBigs).toEqual([[port, 1300, 1301]]);
    expect(client.node.counts.get("drop.too-big")).toBe(1);
    expect(server.node.frames.length).toBe(1);
  });

  it("leaves frames in the stream while the node takes none, and loses none of them", async () => {
    const { client, server, toServer } = await pair();
    server.node.canReceive = false;
    const contents = Array.from({ length: 20 }, (_, index) => `frame ${index}`);
    for (const content of contents) send(client, toServer, content);
    // A stream of its own, to be sure that those before would have come.
    const other = open(3, () => server.link);
    other.link.setNeighbours([neighbour("server", { address: "there" })]);
    await portUp(other, "server");
    expect(server.node.frames.length).toBe(1);
    server.node.canReceive = true;
    server.link.handleCreditRegained();
    await received(server, "frame 19");
    expect(server.node.frames.slice(1).map(({ content }) => content)).toEqual(contents);
  });

  it("drops frames for ports that do not exist or are down, and counts them", () => {
    const { link, node } = open(1);
    link.setNeighbours([neighbour("away")]);
    send({ link, node, dialled: [] }, node.portOf("away")?.port ?? 0, "lost");
    send({ link, node, dialled: [] }, 4711, "lost");
    expect(Object.fromEntries(node.counts)).toEqual({ "drop.port-down": 1, "drop.unknown-port": 1 });
  });

  it("refuses other protocols, and itself", async () => {
    const server = open(2);
    const [near, far] = duplexPair();
    server.link.accept(carriedStreamOf(far, "a stranger"));
    near.resume().write("GET / HTTP/1.1\r\n\r\n");
    const line = await server.node.until(() => server.node.lines.at(-1));
    expect(line).toBe('a stranger: the other end does not speak flor-stream/1: it began with "GET / HTTP/1.1...."');
    expect(far.destroyed).toBe(true);

    const itself = open(3, () => itself.link);
    itself.link.setNeighbours([neighbour("other", { address: "here" })]);
    const refused = await itself.node.until(() => itself.node.lines.find((text) => text.includes("dialled itself")));
    expect(refused).toContain("give the neighbour another address");
  });

  it("closes a stream with a length that no frame has", async () => {
    const { client, server } = await pair();
    client.dialled[0]?.write(Uint8Array.of(0xff, 0xff));
    await server.node.until(() => server.node.counts.get("closed.malformed"));
    expect(server.node.lines.at(-1)).toBe("from 1: a frame of 65535 octets where 16 to 2000 are possible");
  });

  it("says once why a neighbour cannot be dialled, and goes on trying", async () => {
    const { link, node } = open(1);
    link.setNeighbours([neighbour("server", { address: "there" })]);
    await node.until(() => ((node.counts.get("redials") ?? 0) >= 2 ? true : undefined));
    expect(node.lines).toEqual(["there: nobody is there; trying again"]);
  });

  it("takes no more strangers than its bound: the one that came first goes", async () => {
    const server = open(2);
    const streams = Array.from({ length: 70 }, () => duplexPair());
    for (const [, far] of streams) server.link.accept(carriedStreamOf(far, "a stranger"));
    expect(streams.filter(([, far]) => far.destroyed).length).toBe(6);
    expect(streams.slice(0, 6).every(([, far]) => far.destroyed)).toBe(true);
    expect(server.node.counts.get("closed.strangers-full")).toBe(6);
  });

  it("lets go of a neighbour that the node does not want any more", async () => {
    const { client, server } = await pair();
    client.link.setNeighbours([]);
    expect([client.node.ports.size, client.dialled[0]?.destroyed]).toEqual([0, true]);
    await server.node.until(() => (server.node.portOf("client")?.up === false ? true : undefined));
  });
});

describe("a stream that says nothing to this node", () => {
  afterEach(() => void vi.useRealTimers());

  it("is closed after a minute", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const server = open(2);
    const client = open(1, () => server.link);
    client.link.setNeighbours([neighbour("server", { address: "there" })]);
    await portUp(client, "server");
    const pass = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        vi.advanceTimersByTime(1000);
        for (let turn = 0; turn < 4; turn += 1) await immediate();
      }
    };
    await pass(UNCLAIMED_MS / 1000 - 2);
    expect(client.node.portOf("server")?.up).toBe(true);
    await pass(4);
    await server.node.until(() => server.node.lines.find((line) => line.includes("it said nothing to this node")));
    await client.node.until(() => (client.node.portOf("server")?.up === false ? true : undefined));
  });
});
