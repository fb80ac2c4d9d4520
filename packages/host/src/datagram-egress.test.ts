import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { DatagramDrop, LocalSocketListener } from "@flor/flows";
import { EgressPolicy, parseDestinationPattern } from "@flor/route";
import { Cause, type Destination, encodeRemote, payloadAt, RECORD_HEADER_OCTETS, remoteOf } from "@flor/wire";
import { afterEach, expect, it, vi } from "vitest";
import { DatagramEgress, type DatagramRules, type OpenedDatagrams } from "./datagram-egress.ts";
import { Resolver } from "./resolver.ts";

const dropped: DatagramDrop[] = [];
const targets: Socket[] = [];
let egress: DatagramEgress;
let rules: DatagramRules | undefined;

afterEach(() => {
  egress.close();
  vi.useRealTimers();
  for (const target of targets.splice(0)) target.close();
  dropped.length = 0;
});

function rulesFor(...allow: string[]): DatagramRules {
  const patterns = allow.map((text) => {
    const pattern = parseDestinationPattern(text);
    if ("error" in pattern) throw new Error(pattern.error);
    return pattern;
  });
  const policy = new EgressPolicy({ allow: patterns, deny: [] });
  return { policy: () => policy, idleSeconds: 120, twoWayIdleSeconds: 300 };
}

function start(...allow: string[]): void {
  rules = rulesFor(...allow);
  egress = new DatagramEgress({ rules: () => rules, ownPorts: () => [], resolver: new Resolver() });
}

/** A target that sends back what it gets. */
async function echo(): Promise<number> {
  const socket = createSocket("udp4");
  targets.push(socket);
  socket.on("message", (message, { port, address }) => socket.send(message, port, address));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket.address().port;
}

const address = (port: number, ...octets: number[]): Destination => ({
  target: { kind: "address", address: Uint8Array.from(octets) },
  port,
});
const local = (port: number): Destination => address(port, 127, 0, 0, 1);
const named = (name: string, port: number): Destination => ({ target: { kind: "domain", name }, port });

interface Told {
  readonly type: number;
  readonly from: Destination | undefined;
  readonly text: string;
  readonly cause: number;
}

/** A peer's side of a flow: what comes back, as records of its stream. */
class Flow implements LocalSocketListener {
  readonly told: Told[] = [];
  isEnded = false;
  readonly #opened: OpenedDatagrams;

  constructor(opened: OpenedDatagrams) {
    this.#opened = opened;
    opened.end.listen(this);
  }

  send(to: Destination | undefined, text: string): void {
    const octets = new Uint8Array([...encodeRemote(to), ...new TextEncoder().encode(text)]);
    this.#opened.end.handleDatagram(octets, 0, octets.length);
  }

  end(): void {
    this.#opened.end.end();
  }

  handleOctets(octets: Uint8Array): void {
    const type = octets[0] ?? -1;
    const start = RECORD_HEADER_OCTETS + type;
    const payload = payloadAt(octets, start, octets.length);
    const from = remoteOf(octets, start, payload);
    this.told.push({ type, from, text: new TextDecoder().decode(octets.subarray(payload)), cause: octets[4] ?? -1 });
  }

  handleEnd(): void {
    this.isEnded = true;
  }

  handleReset(): void {
    this.isEnded = true;
  }

  handleDrain(): void {}
}

async function open(destination?: Destination): Promise<Flow> {
  const opened = await egress.open(destination, "laptop", (reason) => dropped.push(reason));
  if ("cause" in opened) throw new Error(opened.text);
  return new Flow(opened);
}

it("is closed without rules, and says so", async () => {
  start();
  rules = undefined;
  const refused = await egress.open(undefined, "laptop", () => {});
  expect(refused).toMatchObject({ cause: Cause.NOT_ALLOWED, text: expect.stringContaining("udp") as string });
});

it("reaches several destinations from one source, and says from whom each answer is", async () => {
  start("127.0.0.0/8");
  const ports = [await echo(), await echo()];
  const sources = new Set<number>();
  for (const target of targets) target.on("message", (_message, { port }) => sources.add(port));
  const flow = await open();
  for (const port of ports) flow.send(local(port), `to ${port}`);
  await expect.poll(() => flow.told.length).toBe(2);
  expect(flow.told.map(({ from, text }) => `${from?.port}: ${text}`).toSorted()).toEqual(
    ports.map((port) => `${port}: to ${port}`).toSorted(),
  );
  expect(sources.size).toBe(1);
  expect(flow.told[0]?.from?.target).toEqual({ kind: "address", address: Uint8Array.of(127, 0, 0, 1) });
});

it("passes on what comes from where nothing was sent to, and not where it has one destination", async () => {
  start("127.0.0.0/8");
  const port = await echo();
  const [any, one] = [await egress.open(undefined, "a", () => {}), await egress.open(local(port), "a", () => {})];
  if ("cause" in any || "cause" in one) throw new Error("not open");
  const [anyFlow, oneFlow] = [new Flow(any), new Flow(one)];
  const stranger = createSocket("udp4");
  targets.push(stranger);
  stranger.send("hello", any.boundPort, "127.0.0.1");
  stranger.send("hello", one.boundPort, "127.0.0.1");
  await expect.poll(() => anyFlow.told.map(({ text }) => text)).toEqual(["hello"]);
  oneFlow.send(undefined, "own");
  await expect.poll(() => oneFlow.told.map(({ text, from }) => [text, from])).toEqual([["own", undefined]]);
});

it("judges every destination, tells the client once, and judges again when rules change", async () => {
  start("127.0.0.0/8:1-1023");
  const port = await echo();
  const flow = await open();
  for (let count = 0; count < 50; count += 1) flow.send(local(port), "no");
  flow.send(address(port, 10, 0, 0, 1), "no");
  expect(flow.told.map(({ type, cause, from }) => [type, cause, from?.port])).toEqual([
    [1, Cause.NOT_ALLOWED, port],
    [1, Cause.NOT_ALLOWED, port],
  ]);
  expect(dropped.filter((reason) => reason === "not-allowed")).toHaveLength(51);
  rules = rulesFor("127.0.0.0/8");
  flow.send(local(port), "yes");
  await expect.poll(() => flow.told.at(-1)?.text).toBe("yes");
});

it("keeps names and private addresses apart as TCP does: `*` opens no loopback address", async () => {
  start("*");
  const port = await echo();
  const flow = await open();
  flow.send(local(port), "no");
  flow.send(named("localhost", port), "no");
  await expect.poll(() => flow.told.map(({ cause }) => cause)).toEqual([Cause.NOT_ALLOWED, Cause.NOT_ALLOWED]);
  expect(await egress.open(named("localhost", port), "laptop", () => {})).toMatchObject({ cause: Cause.NOT_ALLOWED });
});

it("resolves names, keeps what comes meanwhile within bounds, and sends what a client left behind", async () => {
  start("localhost", "127.0.0.0/8");
  const port = await echo();
  const heard: string[] = [];
  targets[0]?.on("message", (message) => heard.push(message.toString()));
  const flow = await open();
  for (let count = 0; count < 20; count += 1) flow.send(named("localhost", port), String(count));
  flow.end();
  await expect.poll(() => heard.length).toBe(16);
  expect(dropped).toEqual(["name", "name", "name", "name"]);
  await expect.poll(() => egress.size).toBe(0);
  expect(flow.isEnded).toBe(true);
});

it("tells the client of a closed port", async () => {
  start("127.0.0.0/8");
  const port = await echo();
  for (const target of targets.splice(0)) target.close();
  const flow = await open(local(port));
  flow.send(undefined, "anybody?");
  await expect.poll(() => flow.told.map(({ type, cause }) => [type, cause])).toEqual([[1, Cause.CONNECTION_REFUSED]]);
  expect(dropped).toEqual(["unreachable"]);
});

it("ends a flow in order when its client does, and all when it closes", async () => {
  start("127.0.0.0/8");
  const [first, second] = [await open(), await open()];
  first.end();
  expect(egress.size).toBe(1);
  egress.close();
  expect([first.isEnded, second.isEnded, egress.size]).toEqual([true, true, 0]);
});

/** Sockets are real, time is not. */
function standStill(): void {
  vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] });
}

/** Longer than the time between two looks at what is out of use. */
const LOOKED_MS = 6000;

it("ends a flow after 120 s without use, and after 300 s where something came back", async () => {
  standStill();
  start("127.0.0.0/8");
  const port = await echo();
  const [oneWay, twoWay] = [await open(), await open()];
  twoWay.send(local(port), "hello");
  await expect.poll(() => twoWay.told.length).toBe(1);
  vi.advanceTimersByTime(119_000);
  expect([oneWay.isEnded, twoWay.isEnded]).toEqual([false, false]);
  vi.advanceTimersByTime(1000 + LOOKED_MS);
  expect([oneWay.isEnded, twoWay.isEnded]).toEqual([true, false]);
  vi.advanceTimersByTime(172_000);
  expect(twoWay.isEnded).toBe(false);
  vi.advanceTimersByTime(2000 + LOOKED_MS);
  expect([twoWay.isEnded, egress.size]).toEqual([true, 0]);
});

it("counts either direction as use, and takes other times at once", async () => {
  standStill();
  start("127.0.0.0/8");
  const port = await echo();
  const flow = await open();
  for (let minute = 0; minute < 10; minute += 1) {
    flow.send(local(port), "hello");
    await expect.poll(() => flow.told.length).toBe(minute + 1);
    vi.advanceTimersByTime(280_000);
  }
  expect(flow.isEnded).toBe(false);
  rules = { ...rulesFor("127.0.0.0/8"), twoWayIdleSeconds: 60 };
  vi.advanceTimersByTime(LOOKED_MS);
  expect(flow.isEnded).toBe(true);
});
