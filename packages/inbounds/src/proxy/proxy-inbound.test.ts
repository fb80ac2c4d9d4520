import { Cause } from "@flor/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInbound, INBOUND_KINDS } from "../inbound-kinds.ts";
import { octetsOf, textOf } from "../text.ts";
import { ToldClient } from "../told-client.testing.ts";
import { createProxyInbound } from "./proxy-inbound.ts";

const users = new Map([["alice", "wonderland"]]);
const SOCKS5 = "\x05\x01\x00\x05\x01\x00\x03\x0bweb.example\x01\xbb";
const SOCKS4 = "\x04\x01\x00\x50\xc0\x00\x02\x07user\x00";
const SOCKS4A = "\x04\x01\x00\x50\x00\x00\x00\x01user\x00web.example\x00";

const ask = (text: string, known?: ReadonlyMap<string, string>): ToldClient =>
  new ToldClient(createProxyInbound(known)).send(text);

describe("one port", () => {
  it.each([
    ["SOCKS5", SOCKS5, { target: { kind: "domain", name: "web.example" }, port: 443 }],
    ["SOCKS4", SOCKS4, { target: { kind: "address", address: Uint8Array.of(192, 0, 2, 7) }, port: 80 }],
    ["SOCKS4a", SOCKS4A, { target: { kind: "domain", name: "web.example" }, port: 80 }],
    [
      "HTTP",
      "CONNECT web.example:443 HTTP/1.1\r\n\r\n",
      { target: { kind: "domain", name: "web.example" }, port: 443 },
    ],
  ])("takes %s, whole and octet by octet, with what follows it", (_name, text, destination) => {
    for (const size of [Infinity, 1]) {
      const client = new ToldClient(createProxyInbound(undefined)).send(`${text}early`, size);
      expect([client.request?.destination, client.upstream]).toEqual([destination, "early"]);
    }
  });

  it("names what it does not speak", () => {
    expect(ask("\x16\x03\x01\x00\xf4")).toMatchObject({ refusal: "tls-client", sent: "" });
    expect(ask("lower case")).toMatchObject({ refusal: "not-a-proxy-protocol" });
    expect(ask("SSH-2.0-OpenSSH\r\n\r\n")).toMatchObject({ refusal: "http-malformed" });
  });

  it("never throws, and asks for one thing at most, whatever comes", () => {
    const part = fc.oneof(
      fc.constantFrom(SOCKS5, SOCKS4, SOCKS4A, "GET http://a/ HTTP/1.1\r\n", "\r\n", "\0"),
      fc.uint8Array({ maxLength: 40 }).map(textOf),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        (parts, size, known) => {
          const client = new ToldClient(createProxyInbound(known ? users : undefined)).send(parts.join(""), size);
          const { destination, user } = client.request ?? { destination: { port: 1 }, user: undefined };
          expect(destination.port).toBeGreaterThan(0);
          expect([undefined, ...(known ? ["alice"] : [])]).toContain(user);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("SOCKS4", () => {
  it("is answered in its own words", () => {
    const [granted, rejected] = [ask(SOCKS4), ask(SOCKS4)];
    granted.request?.reply(Cause.OK, { address: Uint8Array.of(10, 0, 0, 1), port: 0x1234 });
    rejected.request?.reply(Cause.CONNECTION_REFUSED, undefined);
    expect(octetsOf(granted.sent).toHex()).toBe("005a12340a000001");
    expect(octetsOf(rejected.sent).toHex()).toBe("005b000000000000");
  });

  it.each([
    ["BIND", SOCKS4.replace("\x01", "\x02"), "socks4-command-not-supported"],
    ["port 0", "\x04\x01\x00\x00\xc0\x00\x02\x07\x00", "port-zero"],
    ["an endless user", `\x04\x01\x00\x50\xc0\x00\x02\x07${"u".repeat(256)}`, "socks4-text-too-long"],
    ["an endless name", `\x04\x01\x00\x50\x00\x00\x00\x01\x00${"n".repeat(256)}`, "socks4-text-too-long"],
    ["a name of no octets", "\x04\x01\x00\x50\x00\x00\x00\x01\x00\x00", "domain-malformed"],
    ["a name with a space", "\x04\x01\x00\x50\x00\x00\x00\x01\x00a b\x00", "domain-malformed"],
  ])("with %s is rejected", (_name, text, refusal) => {
    const client = ask(text);
    expect([client.refusal, octetsOf(client.sent).toHex()]).toEqual([refusal, "005b000000000000"]);
  });

  it("is rejected where there are users: it has no words for a password", () => {
    const client = ask(SOCKS4, users);
    expect([client.refusal, octetsOf(client.sent).toHex()]).toEqual(["socks4-users-required", "005d000000000000"]);
  });
});

describe("SOCKS5 without users", () => {
  it("lets a client in that offers a password alone, whatever it is", () => {
    const client = ask("\x05\x01\x02\x01\x01u\x01p\x05\x01\x00\x03\x01a\x00\x50");
    expect([octetsOf(client.sent).toHex(), client.request?.user]).toEqual(["05020100", undefined]);
    expect(client.request?.destination.port).toBe(80);
  });

  it("prefers no password where both are offered", () => {
    expect(octetsOf(ask("\x05\x02\x02\x00").sent).toHex()).toBe("0500");
  });
});

describe("every kind of inbound", () => {
  const to = { target: { kind: "domain", name: "db.example" }, port: 5432 } as const;

  it.each(INBOUND_KINDS.filter(({ create }) => create !== undefined))(
    "$key is a folder and a line: it is made of what the configuration says",
    (kind) => {
      const inbound = createInbound(kind.key, {
        ...(kind.hasUsers ? { users } : {}),
        ...(kind.hasTarget ? { to } : {}),
      });
      expect(inbound.kind).toBe(kind.key);
    },
  );

  it("a forward asks before its client says a word, and carries what it says", () => {
    const client = new ToldClient(createInbound("tcp", { to })).send("hello");
    expect([client.request?.destination, client.upstream]).toEqual([to, "hello"]);
    client.request?.reply(Cause.CONNECTION_REFUSED, undefined);
    expect(client.sent).toBe("");
  });
});
