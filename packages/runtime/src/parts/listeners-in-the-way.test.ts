/** Listeners that move to another address of the same port, or to another part: the old one is in the way of the new one. */
import { once } from "node:events";
import { connect, createServer, Server, type Socket } from "node:net";
import type { Config, InboundConfig } from "@flor/config";
import { listenTcp, type TcpStream } from "@flor/host";
import type { NodeStatus } from "@flor/node";
import { freePort } from "@flor/testkit";
import { afterEach, expect, it, vi } from "vitest";
import type { RunningInbound } from "../inbounds.ts";
import { inboundPlace } from "../reload/reload-plan.ts";
import { Inbounds } from "./inbounds.ts";
import { applyTo, atOnce } from "./live-part.ts";
import { Metrics } from "./metrics.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** An inbound that sends its clients back what they say. */
async function openEcho(config: InboundConfig): Promise<RunningInbound> {
  const { listen } = config;
  if ("path" in listen) throw new Error("no port");
  const handleConnection = (stream: TcpStream): void => {
    const gone = (): void => {};
    const handleOctets = (octets: Uint8Array): void => void stream.write(octets);
    stream.listen({ handleOctets, handleEnd: () => stream.end(), handleReset: gone, handleDrain: gone });
  };
  const listener = await listenTcp({ ...listen, handleConnection });
  const { connections: clients } = listener;
  const status = { kind: config.kind, address: listen.address, port: listen.port, clients, accepted: 0, refused: {} };
  const unused = { isHanded: false, takesDescriptors: true, change: () => {}, setDescriptors: () => {} };
  return { listener, config, place: inboundPlace(config), ...unused, status: () => status };
}

const proxyOn = (address: string, port: number): InboundConfig => ({
  kind: "proxy",
  listen: { address, port },
  users: undefined,
  allow: undefined,
  to: undefined,
});

/** A configuration of these listeners and nothing else. */
const wants = (...inbounds: readonly InboundConfig[]): Config => ({ inbounds }) as unknown as Config;

const measuredOn = (address: string, port: number, ...inbounds: readonly InboundConfig[]): Config =>
  ({ inbounds, metrics: { listen: { address, port }, allow: undefined } }) as unknown as Config;

const refusing = atOnce(
  () => {},
  () => {
    throw new Error("another part refuses");
  },
);

async function client(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  closing.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [octets] = (await once(socket, "data")) as [Buffer];
  return octets.toString();
}

function inbounds(open: (config: InboundConfig) => Promise<RunningInbound> = openEcho): Inbounds {
  const part = new Inbounds(open);
  closing.push(() => part.close());
  return part;
}

it("an inbound moves from one address to all of them, and keeps its clients", async () => {
  const part = inbounds();
  const port = await freePort();
  await applyTo([part], wants(proxyOn("127.0.0.1", port)));
  const before = await client(port);
  expect(await echo(before, "one")).toBe("one");
  await applyTo([part], wants(proxyOn("0.0.0.0", port)));
  expect(await echo(await client(port), "two")).toBe("two");
  expect(await echo(before, "three")).toBe("three");
  // And back.
  await applyTo([part], wants(proxyOn("127.0.0.1", port)));
  expect(await echo(await client(port), "four")).toBe("four");
  expect(part.status().map(({ address }) => address)).toEqual(["127.0.0.1"]);
});

it("an inbound that made room in vain listens again, whatever failed", async () => {
  const part = inbounds();
  const [port, taken] = [await freePort(), await freePort()];
  const other = createServer().listen(taken, "127.0.0.1");
  closing.push(() => other.close());
  await once(other, "listening");
  await applyTo([part], wants(proxyOn("127.0.0.1", port)));
  const before = await client(port);
  const wanted = wants(proxyOn("0.0.0.0", port), proxyOn("127.0.0.1", taken));
  await expect(applyTo([part], wanted)).rejects.toThrow(`cannot listen on 127.0.0.1 port ${taken}`);
  expect(await echo(await client(port), "again")).toBe("again");
  await expect(applyTo([part, refusing], wants(proxyOn("0.0.0.0", port)))).rejects.toThrow(/^another part refuses$/);
  expect(await echo(await client(port), "once more")).toBe("once more");
  expect(await echo(before, "still here")).toBe("still here");
  expect(part.status().map(({ address }) => address)).toEqual(["127.0.0.1"]);
});

it("an inbound that cannot go back where it was is opened by the next reload", async () => {
  let isRefusing = false;
  const part = inbounds(async (config) => {
    if (isRefusing) throw new Error(`no room on ${inboundPlace(config)}`);
    return openEcho(config);
  });
  const port = await freePort();
  await applyTo([part], wants(proxyOn("127.0.0.1", port)));
  isRefusing = true;
  const words = `no room on 0.0.0.0 port ${port}; moreover, no room on 127.0.0.1 port ${port}`;
  await expect(applyTo([part], wants(proxyOn("0.0.0.0", port)))).rejects.toThrow(words);
  expect(part.status()).toEqual([]);
  isRefusing = false;
  await applyTo([part], wants(proxyOn("127.0.0.1", port)));
  expect(await echo(await client(port), "back")).toBe("back");
});

it("an inbound whose socket a service manager holds, too, makes no room in vain", async () => {
  const part = inbounds(async (config) => ({ ...(await openEcho(config)), isHanded: true }));
  const port = await freePort();
  await applyTo([part], wants(proxyOn("127.0.0.1", port)));
  const moved = applyTo([part], wants(proxyOn("0.0.0.0", port)));
  await expect(moved).rejects.toThrow(`cannot listen on 0.0.0.0 port ${port}`);
  expect(await echo(await client(port), "still here")).toBe("still here");
});

it("metrics that cannot go back where they were are opened by the next reload", async () => {
  const metrics = new Metrics(() => ({}) as NodeStatus);
  closing.push(() => metrics.close());
  const port = await freePort();
  const on = (address: string): Config => measuredOn(address, port);
  await applyTo([metrics], on("127.0.0.1"));
  const refusing = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
    setImmediate(() => this.emit("error", Object.assign(new Error("taken"), { code: "EADDRINUSE" })));
    return this;
  });
  try {
    await expect(applyTo([metrics], on("0.0.0.0"))).rejects.toThrow(/0\.0\.0\.0 .*moreover, .*127\.0\.0\.1/);
  } finally {
    refusing.mockRestore();
  }
  expect(metrics.place).toBeUndefined();
  await applyTo([metrics], on("127.0.0.1"));
  await client(port);
});

it("metrics move from one address to all of them, and stay where they were when that fails", async () => {
  const metrics = new Metrics(() => ({}) as NodeStatus);
  closing.push(() => metrics.close());
  const port = await freePort();
  const on = (address: string): Config => measuredOn(address, port);
  await applyTo([metrics], on("127.0.0.1"));
  await expect(applyTo([metrics, refusing], on("0.0.0.0"))).rejects.toThrow(/^another part refuses$/);
  await client(port);
  expect(metrics.place?.address).toBe("127.0.0.1");
  await applyTo([metrics], on("0.0.0.0"));
  await client(port);
  expect(metrics.place?.address).toBe("0.0.0.0");
});

it("a port goes from an inbound to the metrics, and back", async () => {
  const part = inbounds();
  const metrics = new Metrics(() => ({}) as NodeStatus);
  closing.push(() => metrics.close());
  const port = await freePort();
  const parts = [part, metrics];
  await applyTo(parts, wants(proxyOn("127.0.0.1", port)));
  const before = await client(port);
  await expect(applyTo([...parts, refusing], measuredOn("0.0.0.0", port))).rejects.toThrow(/^another part refuses$/);
  expect(await echo(await client(port), "an inbound still")).toBe("an inbound still");
  await applyTo(parts, measuredOn("0.0.0.0", port));
  expect([metrics.place?.port, part.status()]).toEqual([port, []]);
  await client(port);
  expect(await echo(before, "kept")).toBe("kept");
  await applyTo(parts, wants(proxyOn("127.0.0.1", port)));
  expect(metrics.place).toBeUndefined();
  expect(await echo(await client(port), "back")).toBe("back");
});

it("an inbound and the metrics change places", async () => {
  const part = inbounds();
  const metrics = new Metrics(() => ({}) as NodeStatus);
  closing.push(() => metrics.close());
  const [one, other] = [await freePort(), await freePort()];
  await applyTo([part, metrics], measuredOn("127.0.0.1", one, proxyOn("127.0.0.1", other)));
  await applyTo([part, metrics], measuredOn("127.0.0.1", other, proxyOn("127.0.0.1", one)));
  expect([metrics.place?.port, part.ports]).toEqual([other, [one]]);
  expect(await echo(await client(one), "moved")).toBe("moved");
});
