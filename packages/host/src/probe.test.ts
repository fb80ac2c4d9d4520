import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { probe } from "./probe.ts";

const OPTIONS = { timeoutMs: 20_000, environment: { FLOR_SERVICE: "db.team" } };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function placeOf(server: Server): Promise<{ host: string; port: number }> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

describe("a probe by a connection", () => {
  it("succeeds where somebody listens, and says why where nobody does", async () => {
    const place = await placeOf(createTcpServer((socket) => socket.on("error", () => {})));
    expect(await probe(place, { kind: "tcp" }, OPTIONS)).toBeUndefined();
    const server = servers.pop()!;
    server.close();
    await once(server, "close");
    expect(await probe(place, { kind: "tcp" }, OPTIONS)).toBe("ECONNREFUSED");
  });

  it("reaches a Unix socket", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flor-probe-"));
    const path = join(folder, "s.sock");
    const server = createTcpServer((socket) => socket.on("error", () => {})).listen(path);
    servers.push(server);
    await once(server, "listening");
    expect(await probe({ path }, { kind: "tcp" }, OPTIONS)).toBeUndefined();
    expect(await probe({ path: join(folder, "none") }, { kind: "tcp" }, OPTIONS)).toBe("ENOENT");
    rmSync(folder, { recursive: true });
  });
});

describe("a probe by a page", () => {
  it("succeeds by the status", async () => {
    const place = await placeOf(
      createServer(({ url }, response) => response.writeHead(url === "/good" ? 204 : 503).end()),
    );
    const page = (path: string, statuses?: readonly number[]): Promise<string | undefined> =>
      probe(place, { kind: "http", path, statuses }, OPTIONS);
    expect(await page("/good")).toBeUndefined();
    expect(await page("/bad")).toBe("status 503");
    expect(await page("/bad", [503])).toBeUndefined();
  });

  it("of a server that says nothing is over in time", async () => {
    const place = await placeOf(createTcpServer((socket) => socket.on("error", () => {})));
    const late = probe(place, { kind: "http", path: "/", statuses: undefined }, { ...OPTIONS, timeoutMs: 50 });
    expect(await late).toBe("no answer within 50 ms");
  });
});

describe("a probe by a program", () => {
  const run = (script: string, timeoutMs = OPTIONS.timeoutMs): Promise<string | undefined> =>
    probe({ path: "/" }, { kind: "command", command: ["/bin/sh", "-c", script] }, { ...OPTIONS, timeoutMs });

  it("succeeds by its exit code, and knows the service", async () => {
    expect(await run('[ "$FLOR_SERVICE" = db.team ]')).toBeUndefined();
    expect(await run("exit 3")).toBe("/bin/sh: exit code 3");
  });

  it("that does not end is ended, with all that it started", async () => {
    expect(await run("sleep 600 & wait", 100)).toBe("/bin/sh: no answer within 100 ms");
  });

  it("that is not there says so", async () => {
    const missing = probe({ path: "/" }, { kind: "command", command: ["/nonexistent/check"] }, OPTIONS);
    expect(await missing).toBe("/nonexistent/check: ENOENT");
  });
});
