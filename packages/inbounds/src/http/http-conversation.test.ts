import { Cause } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { createProxyInbound } from "../proxy/proxy-inbound.ts";
import { ToldClient } from "../told-client.testing.ts";

const users = new Map([["alice", "wonderland:and more"]]);
const ALICE = `Proxy-Authorization: Basic ${Buffer.from("alice:wonderland:and more").toString("base64")}\r\n`;

function ask(text: string, known?: ReadonlyMap<string, string>): ToldClient {
  return new ToldClient(createProxyInbound(known)).send(text);
}

const connectTo = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
const domain = (name: string) => ({ kind: "domain", name });

describe("CONNECT", () => {
  it.each([
    ["web.example:443", { target: domain("web.example"), port: 443 }],
    ["WEB.example.:1", { target: domain("WEB.example."), port: 1 }],
    ["192.0.2.7:65535", { target: { kind: "address", address: Uint8Array.of(192, 0, 2, 7) }, port: 65_535 }],
    [
      "[::1]:8080",
      { target: { kind: "address", address: Uint8Array.of(...Array<number>(15).fill(0), 1) }, port: 8080 },
    ],
    // Odd spellings of addresses stay names: the egress refuses them.
    ["127.1:80", { target: domain("127.1"), port: 80 }],
  ])("to %s becomes a request", (target, destination) => {
    expect(ask(connectTo(target)).request?.destination).toEqual(destination);
  });

  it.each([
    "web.example",
    "web.example:0",
    "web.example:65536",
    "::1:80",
    "[::1]",
    ":80",
    "http://a/",
    "a b:80",
    "u@h:80",
  ])("to %s is malformed", (target) => {
    const { sent, refusal, request } = ask(connectTo(target));
    expect([sent.slice(0, 12), request]).toEqual(["HTTP/1.1 400", undefined]);
    expect(refusal).toMatch(/^http-/);
  });

  it("passes on what comes behind the blank line, in any split, and nothing of the head", () => {
    for (const size of [1, 3, Infinity]) {
      const client = new ToldClient(createProxyInbound(undefined)).send(`${connectTo("a:1")}\x16\x03\x01secret`, size);
      expect(client.upstream).toBe("\x16\x03\x01secret");
    }
  });

  it("is answered by 200 without a length, or by a failure in words", () => {
    const [good, bad] = [ask(connectTo("a:1")), ask(connectTo("a:1"))];
    good.request?.reply(Cause.OK, undefined);
    expect(good.sent).toMatch(/^HTTP\/1\.1 200 [^\r\n]+\r\n\r\n$/);
    bad.request?.reply(Cause.NAME_NOT_FOUND, undefined);
    expect(bad.sent).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\nProxy-Status: flor; error=dns_error\r\n/);
  });

  it.each(Object.values(Cause).filter((cause) => typeof cause === "number" && cause !== Cause.OK))(
    "has an answer for cause %d, of the length that it says",
    (cause) => {
      const client = ask(connectTo("a:1"));
      client.request?.reply(cause, undefined);
      const [head = "", body = ""] = client.sent.split("\r\n\r\n");
      expect(head).toMatch(/^HTTP\/1\.1 (?:403|50[1234]) /);
      expect(head).toContain(`Content-Length: ${body.length}`);
      expect(head).toContain("Connection: close");
    },
  );
});

describe("a request for a URL", () => {
  it("goes to its host in origin form, without what is between client and proxy alone", () => {
    const { upstream, request } = ask(
      "GET http://web.example/a?b=c HTTP/1.1\r\nHost: other.example\r\nAccept: */*\r\nConnection: keep-alive, X-Hop\r\n" +
        "Keep-Alive: 5\r\nX-Hop: 1\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic Og==\r\nTE: trailers\r\n\r\n",
    );
    expect(request?.destination).toEqual({ target: domain("web.example"), port: 80 });
    expect(upstream).toBe("GET /a?b=c HTTP/1.1\r\nHost: web.example\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  });

  it.each([
    ["http://web.example", "GET / HTTP/1.1\r\nHost: web.example\r\n"],
    ["http://web.example?q", "GET /?q HTTP/1.1\r\nHost: web.example\r\n"],
    ["HTTP://web.example:8080/", "GET / HTTP/1.1\r\nHost: web.example:8080\r\n"],
    ["http://[2001:db8::7]/x", "GET /x HTTP/1.1\r\nHost: [2001:db8::7]\r\n"],
  ])("%s", (url, head) => {
    expect(ask(`GET ${url} HTTP/1.0\r\n\r\n`).upstream).toBe(`${head}Connection: close\r\n\r\n`);
  });

  it.each(["https://web.example/", "ftp://web.example/", "http:///", "http://a:0/", "http://a/#b", "*", "web.example"])(
    "%s is refused",
    (url) => {
      expect(ask(`GET ${url} HTTP/1.1\r\nHost: a\r\n\r\n`)).toMatchObject({
        request: undefined,
        refusal: "http-target",
      });
    },
  );

  it("carries its body, and resets a client that leaves within it", () => {
    const head = "POST http://a/ HTTP/1.1\r\nContent-Length: 5\r\n\r\n";
    const whole = ask(`${head}he`).send("llo and more");
    expect(whole.upstream.endsWith("\r\n\r\nhello")).toBe(true);
    whole.end();
    expect([whole.isEnded, whole.isReset]).toEqual([true, false]);
    const part = ask(`${head}he`);
    part.end();
    expect([part.isEnded, part.isReset]).toEqual([false, true]);
  });
});

describe("users", () => {
  it("are asked for name and password, and named in the request", () => {
    for (const text of [connectTo("a:1"), "GET http://a/ HTTP/1.1\r\n\r\n"]) {
      const { sent, request } = ask(text, users);
      expect([
        sent.includes('407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="flor"'),
        request,
      ]).toEqual([true, undefined]);
      expect(ask(text.replace("\r\n\r\n", `\r\n${ALICE}\r\n`), users).request?.user).toBe("alice");
    }
  });

  it.each([
    "Basic",
    "Basic !",
    `Bearer ${btoa("alice:wonderland")}`,
    `Basic ${btoa("alice")}`,
    `Basic ${btoa("alice:x")}`,
  ])("%s is nobody", (value) => {
    const text = `CONNECT a:1 HTTP/1.1\r\nProxy-Authorization: ${value}\r\n\r\n`;
    expect(ask(text, users).refusal).toBe("http-authentication");
  });

  it("are not asked twice: two credentials are none", () => {
    expect(ask(`CONNECT a:1 HTTP/1.1\r\n${ALICE}${ALICE}\r\n`, users).refusal).toBe("http-authentication");
  });
});

describe("the proxy's own pages", () => {
  const page = (host: string, path = "/"): string => ask(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`).sent;

  it("say what this is, and how a browser finds it", () => {
    expect(page("127.0.0.1:1080")).toContain("http://127.0.0.1:1080/proxy.pac");
    expect(page("localhost:1080", "/proxy.pac")).toMatch(/x-ns-proxy-autoconfig[\s\S]*SOCKS5 localhost:1080/);
    expect(page("127.0.0.1", "/admin")).toMatch(/^HTTP\/1\.1 404/);
  });

  it("are not there for a name that somebody points here (DNS rebinding)", () => {
    expect(page("evil.example")).toMatch(/^HTTP\/1\.1 421/);
  });
});

describe("a head", () => {
  it("is held within its bounds, whatever comes", () => {
    const endless = new ToldClient(createProxyInbound(undefined)).send(
      `GET http://a/ HTTP/1.1\r\nX: ${"x".repeat(20_000)}`,
    );
    expect([endless.sent.slice(0, 12), endless.refusal]).toEqual(["HTTP/1.1 431", "http-malformed"]);
    const many = `GET http://a/ HTTP/1.1\r\n${"X: y\r\n".repeat(101)}\r\n`;
    expect(ask(many).sent).toMatch(/^HTTP\/1\.1 431/);
    expect(ask(many.replace("X: y\r\n", "")).request).toBeDefined();
  });
});
