/** Listeners that move to another address of the same port: the old one is in the way of the new one. */
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
  await (await part.prepare({ inbounds: [proxyOn("127.0.0.1", port)] })).commit();
  const before = await client(port);
  expect(await echo(before, "one")).toBe("one");
  await (await part.prepare({ inbounds: [proxyOn("0.0.0.0", port)] })).commit();
  expect(await echo(await client(port), "two")).toBe("two");
  expect(await echo(before, "three")).toBe("three");
  // And back.
  await (await part.prepare({ inbounds: [proxyOn("127.0.0.1", port)] })).commit();
  expect(await echo(await client(port), "four")).toBe("four");
  expect(part.status().map(({ address }) => address)).toEqual(["127.0.0.1"]);
});

it("an inbound that made room in vain listens again, whatever failed", async () => {
  const part = inbounds();
  const [port, taken] = [await freePort(), await freePort()];
  const other = createServer().listen(taken, "127.0.0.1");
  closing.push(() => other.close());
  await once(other, "listening");
  await (await part.prepare({ inbounds: [proxyOn("127.0.0.1", port)] })).commit();
  const before = await client(port);
  const wanted = { inbounds: [proxyOn("0.0.0.0", port), proxyOn("127.0.0.1", taken)] };
  await expect(part.prepare(wanted)).rejects.toThrow(`cannot listen on 127.0.0.1 port ${taken}`);
  expect(await echo(await client(port), "again")).toBe("again");
  const refusing = atOnce(
    () => {},
    () => {
      throw new Error("another part refuses");
    },
  );
  const config = { inbounds: [proxyOn("0.0.0.0", port)] } as unknown as Config;
  await expect(applyTo([part, refusing], config)).rejects.toThrow(/^another part refuses$/);
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
  await (await part.prepare({ inbounds: [proxyOn("127.0.0.1", port)] })).commit();
  isRefusing = true;
  const words = `no room on 0.0.0.0 port ${port}; moreover, no room on 127.0.0.1 port ${port}`;
  await expect(part.prepare({ inbounds: [proxyOn("0.0.0.0", port)] })).rejects.toThrow(words);
  expect(part.status()).toEqual([]);
  isRefusing = false;
  await (await part.prepare({ inbounds: [proxyOn("127.0.0.1", port)] })).commit();
  expect(await echo(await client(port), "back")).toBe("back");
});

it("an inbound whose socket a service manager holds, too, makes no room in vain", async () => {
  const part = inbounds(async (config) => ({ ...(await openEcho(config)), isHanded: true }));
  const port = await freePort();
  await (await part.prepare({ inbounds: [proxyOn("127.0.0.1", port)] })).commit();
  const moved = part.prepare({ inbounds: [proxyOn("0.0.0.0", port)] });
  await expect(moved).rejects.toThrow(`cannot listen on 0.0.0.0 port ${port}`);
  expect(await echo(await client(port), "still here")).toBe("still here");
});

it("metrics that cannot go back where they were are opened by the next reload", async () => {
  const metrics = new Metrics(() => ({}) as NodeStatus);
  closing.push(() => metrics.close());
  const port = await freePort();
  const on = (address: string) => ({ metrics: { listen: { address, port }, allow: undefined } });
  await (await metrics.prepare(on("127.0.0.1"))).commit();
  const refusing = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
    setImmediate(() => this.emit("error", Object.assign(new Error("taken"), { code: "EADDRINUSE" })));
    return this;
  });
  try {
    await expect(metrics.prepare(on("0.0.0.0"))).rejects.toThrow(/0\.0\.0\.0 .*moreover, .*127\.0\.0\.1/);
  } finally {
    refusing.mockRestore();
  }
  expect(metrics.place).toBeUndefined();
  await (await metrics.prepare(on("127.0.0.1"))).commit();
  await client(port);
});

it("metrics move from one address to all of them, and stay where they were when that fails", async () => {
  const metrics = new Metrics(() => ({}) as NodeStatus);
  closing.push(() => metrics.close());
  const port = await freePort();
  const on = (address: string) => ({ metrics: { listen: { address, port }, allow: undefined } });
  await (await metrics.prepare(on("127.0.0.1"))).commit();
  await (await metrics.prepare(on("0.0.0.0"))).abandon();
  await client(port);
  expect(metrics.place?.address).toBe("127.0.0.1");
  await (await metrics.prepare(on("0.0.0.0"))).commit();
  await client(port);
  expect(metrics.place?.address).toBe("0.0.0.0");
});
