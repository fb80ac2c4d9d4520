/** Every way in, by the programs that people use: curl speaks all of them. */
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlorPair } from "./flor-pair.ts";

/** How curl ends when its connection is reset: as it connects, before an answer, as it sends, as it receives. */
const SEEN_AS_RESET = [7, 52, 55, 56];

const users = [{ name: "alice", password: "wonderland" }];

let server: Server;
let origin: string;
let folder: string;
let pair: FlorPair;
/** Ports by kind, in the order of the configuration. */
let ports: readonly number[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let octets = 0;
    for await (const chunk of request) octets += (chunk as Buffer).length;
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, octets, host: headers.host, hop: headers["proxy-connection"] ?? null }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  origin = `127.0.0.1:${port}`;
  folder = mkdtempSync(join(tmpdir(), "flor-ways-"));
  pair = await FlorPair.start({
    inbounds: [
      { proxy: "127.0.0.1:0" },
      { proxy: "127.0.0.1:0", users },
      { tcp: "127.0.0.1:0", to: origin },
      { unix: join(folder, "web.sock"), to: origin },
      { unix: join(folder, "proxy.sock") },
      { proxy: "0.0.0.0:0", allow: ["203.0.113.0/24"] },
    ],
  });
  ports = ((await pair.near.status())?.inbounds ?? []).map(({ port: one }) => one);
});

afterAll(async () => {
  await pair[Symbol.asyncDispose]();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await execa("curl", ["--silent", "--show-error", "--max-time", "200", ...args]);
  return stdout;
}

const proxy = (): string => `http://127.0.0.1:${ports[1]}`;
const page = { method: "GET", url: "/page", octets: 0, hop: null };

describe("one port", () => {
  it.each([
    ["an http URL", () => ["--proxy", proxy()]],
    ["a tunnel", () => ["--proxytunnel", "--proxy", proxy()]],
    ["SOCKS4", () => ["--socks4", `127.0.0.1:${ports[1]}`]],
    ["SOCKS4a", () => ["--socks4a", `127.0.0.1:${ports[1]}`]],
    ["SOCKS5", () => ["--socks5-hostname", `127.0.0.1:${ports[1]}`]],
    ["SOCKS5 with a password", () => ["--proxy", `socks5h://any:thing@127.0.0.1:${ports[1]}`]],
  ])("takes %s", async (_name, args) => {
    expect(JSON.parse(await curl(...args(), `http://${origin}/page`))).toEqual({ ...page, host: origin });
  });

  it.each([[[]], [["--header", "Transfer-Encoding: chunked"]], [["--header", "Expect: 100-continue"]]])(
    "carries a body, %j",
    async (headers) => {
      const body = "x".repeat(300_000);
      const args = ["--proxy", proxy(), ...headers, "--data-binary", "@-", `http://${origin}/page`];
      const { stdout } = await execa("curl", ["--silent", "--show-error", "--max-time", "200", ...args], {
        input: body,
      });
      expect(JSON.parse(stdout)).toMatchObject({ method: "POST", octets: body.length });
    },
  );

  it("says in words why not", async () => {
    const args = ["--proxy", proxy(), "--include", "http://127.0.0.1:1/"];
    expect(await curl(...args)).toMatch(
      /502 Bad Gateway\r?\nProxy-Status: flor; error=connection_refused[\s\S]*refused/,
    );
  });

  it("asks for the password of a user", async () => {
    const args = ["--proxy", `http://127.0.0.1:${ports[2]}`, "--write-out", "%{http_code}", `http://${origin}/page`];
    expect(await curl(...args)).toMatch(/407$/);
    expect(await curl("--proxy-user", "alice:wonderland", ...args)).toMatch(/"GET"[^]*200$/);
  });
});

describe("a forward", () => {
  it("is its destination, on a port and on a socket of this user alone", async () => {
    expect(JSON.parse(await curl(`http://127.0.0.1:${ports[3]}/page`))).toMatchObject(page);
    const path = join(folder, "web.sock");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await curl("--unix-socket", path, "http://web/page"))).toMatchObject({ ...page, host: "web" });
  });
});

describe("a proxy", () => {
  it("is served on a socket too", async () => {
    const path = join(folder, "proxy.sock");
    expect(
      JSON.parse(await curl("--unix-socket", path, `http://x/`, "--request-target", `http://${origin}/page`)),
    ).toEqual({
      ...page,
      host: origin,
    });
  });

  it("turns away who comes from elsewhere, and counts it", async () => {
    const args = ["--proxy", `http://127.0.0.1:${ports[6]}`, `http://${origin}/page`];
    const refused = async (): Promise<unknown> => (await pair.near.status())?.inbounds[6]?.refused;
    const before = (await refused()) as Record<string, number>;
    const { exitCode } = await execa("curl", ["--silent", "--max-time", "200", ...args], { reject: false });
    expect(SEEN_AS_RESET).toContain(exitCode);
    // A port on which nothing listens would look the same to curl: the counter tells that the node was asked.
    const counted = { "address-not-allowed": (before["address-not-allowed"] ?? 0) + 1 };
    await expect.poll(refused).toEqual(counted);
  });
});
