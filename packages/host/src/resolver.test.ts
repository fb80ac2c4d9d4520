import { createSocket, type Socket } from "node:dgram";
import { setMaxListeners } from "node:events";
import { setImmediate as immediate } from "node:timers/promises";
import { Cause } from "@flor/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HostsFile } from "./hosts-file.ts";
import type { NameServices } from "./name-services.ts";
import { NAMES_AT_ONCE, NAMES_WAITING_MAX, Resolver } from "./resolver.ts";

const TYPE_A = 1;
const TYPE_AAAA = 28;
const NAME_ERROR = 3;
const REFUSED = 5;

/** A name server on loopback: its answers by name and type, `undefined` for silence, a number for an RCODE. */
type Zone = (name: string, type: number) => readonly (readonly number[])[] | number | undefined;

let server: Socket;
let zone: Zone = () => NAME_ERROR;
let queries: string[] = [];
let services: NameServices;
/** Names that the C library was asked for. */
let ofSystem: string[] = [];
let resolver: Resolver;
const never = new AbortController().signal;

beforeEach(async () => {
  queries = [];
  // Room for the queries that are under way at once, which is where names wait: none is lost and asked again.
  server = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  server.on("message", (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    queries.push(`${name} ${type}`);
    const answer = zone(name, type);
    if (answer === undefined) return;
    server.send(answerTo(query.subarray(0, end), type, answer), port, address);
  });
  await new Promise<void>((resolve) => void server.bind(0, "127.0.0.1", resolve));
  services = { search: [], ndots: 1, hasOthers: false };
  ofSystem = [];
  resolver = resolverWithin(60_000);
});

function resolverWithin(timeLimitMs: number): Resolver {
  return new Resolver({
    servers: [`127.0.0.1:${server.address().port}`],
    timeLimitMs,
    nameServices: { at: async () => services },
    systemLookup: { addressesOf: async (name) => (ofSystem.push(name), { addresses: [Uint8Array.of(10, 0, 0, 9)] }) },
  });
}

afterEach(() => new Promise<void>((resolve) => void server.close(resolve)));

describe("names that wait", () => {
  it("are 8,192 beside those that are asked for, and one more is refused until one is answered", async () => {
    const answers: (() => void)[] = [];
    const slow = new Resolver({
      timeLimitMs: 600_000,
      // They come in the order in which they are asked for.
      hostsFile: { addressesOf: async () => undefined } as unknown as HostsFile,
      nameServices: { at: async () => ({ search: [], ndots: 1, hasOthers: true }) },
      systemLookup: {
        addressesOf: () => new Promise((resolve) => void answers.push(() => resolve({ addresses: [] }))),
      },
    });
    const left = new AbortController();
    const settled: unknown[] = [];
    const ask = (count: number): void => {
      for (let n = 0; n < count; n += 1)
        void slow.resolve(`n${n}.local`, left.signal).then((resolution) => settled.push(resolution));
    };
    setMaxListeners(0, left.signal);
    ask(NAMES_AT_ONCE + NAMES_WAITING_MAX);
    await expect.poll(() => answers.length, { timeout: 60_000 }).toBe(NAMES_AT_ONCE);
    await immediate();
    expect(settled).toEqual([]);
    const refused = { cause: Cause.OVERLOADED, text: "too many name queries" };
    expect(await slow.resolve("more.local", left.signal)).toEqual(refused);
    answers[0]!();
    await expect.poll(() => answers.length, { timeout: 60_000 }).toBe(NAMES_AT_ONCE + 1);
    ask(1);
    await immediate();
    expect(settled).toEqual([{ addresses: [] }]);
    left.abort();
  });
});

describe("resolving a name", () => {
  it("asks for both families and gives every address", async () => {
    zone = (_, type) =>
      type === TYPE_A
        ? [
            [192, 0, 2, 1],
            [192, 0, 2, 2],
          ]
        : [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]];
    const resolution = await resolver.resolve("WWW.Example.org.", never);
    const addresses = "addresses" in resolution ? resolution.addresses.map((address) => address.join(".")) : [];
    expect(addresses.sort()).toEqual(["192.0.2.1", "192.0.2.2", "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"]);
    // A query is asked again when its answer is late.
    expect([...new Set(queries)].sort()).toEqual(["www.example.org 1", "www.example.org 28"]);
  });

  it("does not wait for a name server that never answers for IPv6", async () => {
    zone = (_, type) => (type === TYPE_AAAA ? undefined : [[192, 0, 2, 1]]);
    expect(await resolver.resolve("four.example", never)).toEqual({ addresses: [Uint8Array.of(192, 0, 2, 1)] });
  });

  it("gives 32 addresses at most", async () => {
    zone = (_, type) => (type === TYPE_A ? Array.from({ length: 29 }, (_, i) => [192, 0, 2, i]) : six(29));
    const resolution = await resolver.resolve("many.example", never);
    expect("addresses" in resolution && resolution.addresses).toHaveLength(32);
  });

  it.each([
    ["an unknown name", (): number => NAME_ERROR, Cause.NAME_NOT_FOUND],
    ["a name without address", (): [] => [], Cause.NAME_NOT_FOUND],
    ["a name server that refuses", (): number => REFUSED, Cause.HOST_UNREACHABLE],
  ])("says why not: %s", async (_, answers, cause) => {
    zone = answers;
    expect(await resolver.resolve("nowhere.example", never)).toMatchObject({ cause });
  });

  it("says why not: a silent name server", async () => {
    zone = () => undefined;
    expect(await resolverWithin(300).resolve("nowhere.example", never)).toMatchObject({ cause: Cause.TIMED_OUT });
  });

  it("ends when the client has left", async () => {
    zone = () => undefined;
    const controller = new AbortController();
    const resolution = resolver.resolve("slow.example", controller.signal);
    controller.abort();
    expect(await resolution).toMatchObject({ cause: Cause.TIMED_OUT });
    expect(await resolver.resolve("slow.example", controller.signal)).toMatchObject({ cause: Cause.TIMED_OUT });
  });

  it("resolves 1,000 names at once", async () => {
    zone = (_, type) => (type === TYPE_A ? [[192, 0, 2, 1]] : []);
    const patient = new Resolver({ servers: [`127.0.0.1:${server.address().port}`], timeLimitMs: 60_000 });
    const names = Array.from({ length: 1000 }, (_, index) => `n${index}.example`);
    const resolutions = await Promise.all(names.map((name) => patient.resolve(name, never)));
    expect(resolutions.filter((resolution) => "addresses" in resolution)).toHaveLength(1000);
  });
});

describe("names as this machine resolves them", () => {
  const asked = (): string[] => [...new Set(queries.map((query) => query.split(" ")[0]!))];

  it("tries a short name in the search domains, then as it is", async () => {
    services = { search: ["a.example", "b.example"], ndots: 1, hasOthers: false };
    zone = (name, type) => (name !== "db.b.example" ? NAME_ERROR : type === TYPE_A ? [[10, 0, 0, 5]] : []);
    expect(await resolver.resolve("DB", never)).toEqual({ addresses: [Uint8Array.of(10, 0, 0, 5)] });
    expect(asked()).toEqual(["db.a.example", "db.b.example"]);
    expect(await resolver.resolve("db.", never)).toMatchObject({ cause: Cause.NAME_NOT_FOUND });
    expect(asked().at(-1)).toBe("db");
  });

  it("tries a name with dots as it is, unless ndots wants more of them", async () => {
    zone = () => NAME_ERROR;
    services = { search: ["cluster.local"], ndots: 1, hasOthers: false };
    await resolver.resolve("db.shop", never);
    services = { search: ["cluster.local"], ndots: 5, hasOthers: false };
    await resolver.resolve("web.shop", never);
    expect(asked()).toEqual(["db.shop", "db.shop.cluster.local", "web.shop.cluster.local", "web.shop"]);
  });

  it("goes on behind a domain whose name server refuses, and says so when nothing is found", async () => {
    services = { search: ["a.example", "b.example"], ndots: 1, hasOthers: true };
    zone = (name) => (name.endsWith("a.example") ? REFUSED : NAME_ERROR);
    expect(await resolver.resolve("db", never)).toMatchObject({ cause: Cause.HOST_UNREACHABLE });
    expect([asked(), ofSystem]).toEqual([["db.a.example", "db.b.example", "db"], []]);
  });

  it("asks the C library for what DNS does not have, and first for .local", async () => {
    services = { search: [], ndots: 1, hasOthers: true };
    zone = () => NAME_ERROR;
    expect(await resolver.resolve("nas", never)).toEqual({ addresses: [Uint8Array.of(10, 0, 0, 9)] });
    expect(await resolver.resolve("NAS.local.", never)).toEqual({ addresses: [Uint8Array.of(10, 0, 0, 9)] });
    expect([asked(), ofSystem]).toEqual([["nas"], ["nas", "nas.local"]]);
  });

  it("asks the C library for nothing where it would only ask the same", async () => {
    zone = () => NAME_ERROR;
    await resolver.resolve("nas.local", never);
    expect([asked(), ofSystem]).toEqual([["nas.local"], []]);
  });
});

describe("names that are never asked for", () => {
  it.each("0 127.1 2130706433 0x7f000001 0177.0.0.1 0x7f.1 127.0.0.1 1.2.3.4.".split(" "))(
    "%s could be read as a number",
    async (name) => {
      expect(await resolver.resolve(name, never)).toMatchObject({ cause: Cause.NAME_NOT_FOUND });
      expect(queries).toEqual([]);
    },
  );

  it.each([
    "",
    ".",
    "a..b",
    "a b",
    "::1",
    "[::1]",
    "fe80::1%lo",
    "ä.example",
    "a\0b",
    "a".repeat(64),
    "a.".repeat(130),
  ])("%j is not a host name", async (name) => {
    expect(await resolver.resolve(name, never)).toMatchObject({ cause: Cause.NAME_NOT_FOUND });
    expect(queries).toEqual([]);
  });

  it.each(["localhost", "LOCALHOST.", "a.localhost"])("%s is this machine", async (name) => {
    const resolution = await resolver.resolve(name, never);
    expect("addresses" in resolution && resolution.addresses.every((address) => address.at(-1) === 1)).toBe(true);
    expect(queries).toEqual([]);
  });
});

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let offset = 12;
  for (let length = query[offset] ?? 0; length > 0; length = query[offset] ?? 0) {
    labels.push(query.toString("latin1", offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return { name: labels.join("."), type: query.readUInt16BE(offset + 1), end: offset + 5 };
}

/** RFC 1035 section 4.1: header and question of the query, then records that point to the name in the question. */
function answerTo(query: Buffer, type: number, answer: readonly (readonly number[])[] | number): Buffer {
  const records = typeof answer === "number" ? [] : answer;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | (typeof answer === "number" ? answer : 0), 2);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt32BE(0, 8);
  const encoded = records.map((octets) => {
    const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, octets.length]);
    return Buffer.concat([record, Buffer.from(octets)]);
  });
  return Buffer.concat([header, query.subarray(12), ...encoded]);
}

function six(count: number): number[][] {
  return Array.from({ length: count }, (_, index) => [...Array<number>(15).fill(0x20), index]);
}
