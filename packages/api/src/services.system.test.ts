/** Real servers behind services: three publishers, two ingresses, and nobody notices what comes and goes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyFile } from "@flor/config";
import { askControlSocket, controlSocketPath, runtimeFolder } from "@flor/runtime/control";
import { findTool, freePort, requireTools } from "@flor/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createNode } from "./create-node.ts";
import type { Flor } from "./flor.ts";

const PUBLISHERS = ["alpha", "beta", "gamma"] as const;
const INGRESSES = ["near", "far"] as const;
const WAIT = { timeout: 200_000, interval: 100 };
/** Looked after often, and given time: the machine may be busy. */
const HEALTH = { interval: 0.5, timeout: 10, rise: 1, fall: 2 };

/** The answer of a server that ended before it had one. */
const INTERRUPTED = "interrupted";

interface Server {
  readonly name: string;
  readonly redisPort: number;
  readonly webPort: number;
}

let folder: string;
let servers: readonly Server[];
const ids = new Map<string, string>();
const ports = new Map<string, number>();
const nodes = new Map<string, Flor>();
const redis = new Map<string, ChildProcess>();
const children: ChildProcess[] = [];

beforeAll(async () => {
  requireTools(["redis-server", "nginx"]);
  folder = mkdtempSync(join(tmpdir(), "flor-services-"));
  process.env["XDG_RUNTIME_DIR"] = folder;
  for (const name of [...PUBLISHERS, ...INGRESSES]) ids.set(name, createKeyFile(join(folder, `${name}.key`)).id);
  servers = await Promise.all(
    PUBLISHERS.map(async (name) => ({ name, redisPort: await freePort(), webPort: await freePort() })),
  );
  await Promise.all([
    ...servers.map(startRedis),
    startNginx(),
    ...PUBLISHERS.map(async (name) => startPublisher(name)),
  ]);
  await Promise.all(INGRESSES.map(async (name) => startIngress(name)));
  for (const ingress of INGRESSES)
    for (const service of ["cache", "who"])
      await vi.waitUntil(() => upAt(ingress, `${service}.team`) === PUBLISHERS.length, WAIT);
});

afterAll(async () => {
  await Promise.all(Array.from(nodes.values(), (node) => node.close()));
  for (const child of [...children, ...redis.values()]) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

async function startRedis({ name, redisPort }: Server): Promise<void> {
  const args = ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  redis.set(name, spawn(findTool("redis-server")!, args, { stdio: "ignore" }));
  await vi.waitFor(async () => said(redisPort, "QUIT\r\n"), WAIT);
}

/** What a server of this machine answers until it closes. */
async function said(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(request);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
  return text;
}

/** One nginx with a server for each publisher, which says where its client is. */
async function startNginx(): Promise<void> {
  const blocks = servers.map(
    ({ name, webPort }) =>
      `server { listen 127.0.0.1:${webPort} proxy_protocol; return 200 "${name} $proxy_protocol_addr"; }`,
  );
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; user root; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr;
    events {} http { access_log off; ${paths.join(" ")} ${blocks.join("\n")} }`,
  );
  children.push(spawn(findTool("nginx")!, ["-c", join(folder, "nginx.conf"), "-e", "stderr"], { stdio: "ignore" }));
  await vi.waitFor(async () => said(servers[0]!.webPort, "x"), WAIT);
}

async function startPublisher(name: string): Promise<void> {
  const port = ports.get(name) ?? (await freePort());
  ports.set(name, port);
  const { redisPort, webPort } = servers.find((server) => server.name === name)!;
  const common = { allow: ["*"], health: HEALTH };
  const config = {
    name,
    key: `${name}.key`,
    links: [{ name: "wan", kind: "udp", listen: `127.0.0.1:${port}` }],
    peers: INGRESSES.map((ingress) => ({ name: ingress, id: ids.get(ingress), link: "wan" })),
    services: {
      network: "team",
      publish: {
        cache: { ...common, target: `127.0.0.1:${redisPort}`, affinity: "client" },
        who: { ...common, target: `127.0.0.1:${webPort}`, proxyProtocol: 2 },
      },
    },
  };
  nodes.set(name, await createNode({ config, folder, control: true }));
}

async function startIngress(name: string): Promise<void> {
  const peers = PUBLISHERS.map((peer) => ({
    name: peer,
    id: ids.get(peer),
    link: "wan",
    address: `127.0.0.1:${ports.get(peer)}`,
  }));
  const config = {
    name,
    key: `${name}.key`,
    inbounds: [{ tcp: "127.0.0.1:0", to: "who.team:80" }],
    links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
    peers,
    services: { network: "team", trust: { "*": [...PUBLISHERS] } },
  };
  nodes.set(name, await createNode({ config, folder }));
}

/** How many publishers of a name an ingress knows as up. */
function upAt(ingress: string, service: string): number {
  const found = nodes
    .get(ingress)!
    .status()
    .services?.found.find(({ name }) => name === service);
  return found?.publishers.filter(({ state, isGranted }) => state === "up" && isGranted).length ?? 0;
}

/** Connections that a publisher's services have open. */
function openAt(publisher: string): number {
  const published = nodes.get(publisher)!.status().services!.published;
  return published.reduce((sum, { openFlows }) => sum + openFlows, 0);
}

/** Connections of an ingress to a publisher, those that are being opened too. */
function openTo(publisher: string): (ingress: string) => number {
  return (ingress) => {
    const backends = nodes.get(ingress)!.lookup("cache").use?.backends;
    return backends?.find(({ node }) => node === publisher)?.openFlows ?? 0;
  };
}

function askControl(node: string, method: string, name: string): Promise<unknown> {
  return askControlSocket(controlSocketPath(runtimeFolder(process.env), node), { method, params: { name } });
}

/** Whose Redis answers a user of an ingress; an error when none does. */
async function cacheOf(ingress: string, user: string): Promise<string> {
  const socket = nodes.get(ingress)!.connect({ host: "cache.team", port: 6379, user });
  socket.write("CONFIG GET port\r\nQUIT\r\n");
  let text = "";
  for await (const chunk of socket.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
  if (text === "") return INTERRUPTED;
  const port = Number(/port\r\n\$\d+\r\n(\d+)/.exec(text)?.[1]);
  return servers.find(({ redisPort }) => redisPort === port)?.name ?? `nothing, but ${text}`;
}

test("both ingresses build the same table, and all three Redis have users at both", async () => {
  for (const ingress of INGRESSES) {
    const served = new Set<string>();
    let asked = 0;
    await vi.waitUntil(async () => {
      asked += 1;
      served.add(await cacheOf(ingress, `user ${asked}`));
      return served.size === PUBLISHERS.length;
    }, WAIT);
    expect(served).toEqual(new Set(PUBLISHERS));
  }
  const hashes = (): readonly unknown[] =>
    INGRESSES.map((ingress) => nodes.get(ingress)!.lookup("cache").use?.table.hash);
  expect(hashes()[0]).toMatch(/^[0-9a-f]{8}$/);
  // One may hear of a publisher's health before the other.
  await expect.poll(() => new Set(hashes()).size).toBe(1);
});

test("nginx learns by the PROXY protocol where each client is", async () => {
  const { port } = nodes.get("near")!.status().inbounds[0]!;
  const answers = await Promise.all(Array.from({ length: 12 }, async () => page(port)));
  for (const answer of answers) expect(answer).toMatch(/^(?:alpha|beta|gamma) 127\.0\.0\.1$/);
});

async function page(port: number): Promise<string> {
  const request = get({ host: "127.0.0.1", port, path: "/", agent: false });
  const [response] = (await once(request, "response")) as [AsyncIterable<Buffer>];
  let text = "";
  for await (const chunk of response) text += chunk.toString();
  return text;
}

test("a program serves a name that others connect to, and takes it back", async () => {
  using server = nodes.get("alpha")!.listen("echo", {}, (socket) => socket.pipe(socket));
  expect(server.name).toBe("echo.team");
  const isKnown = (): boolean =>
    nodes
      .get("near")!
      .status()
      .services!.found.some(({ name }) => name === server.name);
  await vi.waitFor(() => expect(isKnown()).toBe(true), WAIT);
  const publishers = (): readonly object[] => nodes.get("near")!.lookup("echo").publishers;
  await vi.waitFor(() => expect(publishers()).toMatchObject([{ node: "alpha", state: "up" }]), WAIT);
  const socket = nodes.get("near")!.connect(7, "echo.team");
  socket.end("hello");
  let text = "";
  for await (const chunk of socket.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
  expect(text).toBe("hello");
  server.close();
  await vi.waitFor(() => expect(isKnown()).toBe(false), WAIT);
  const [error] = (await once(nodes.get("near")!.connect(7, "echo.team"), "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ENOTFOUND");
});

test("nobody fails while a Redis is killed and a publisher is stopped, and both come back", async () => {
  const answers = new Set<string>();
  let asked = 0;
  /** What was open at a Redis when that was killed ends with it. */
  let interrupted = 0;
  const over = new AbortController();
  const ask = async (ingress: string): Promise<void> => {
    while (!over.signal.aborted) {
      asked += 1;
      const answer = await cacheOf(ingress, `user ${asked}`).catch((error: NodeJS.ErrnoException) => `${error.code}`);
      if (answer === "ECONNRESET" || answer === INTERRUPTED) interrupted += 1;
      else answers.add(answer);
    }
  };
  const clients = INGRESSES.flatMap((ingress) => [ask(ingress), ask(ingress)]);
  const servedFor = async (count: number): Promise<void> => {
    const until = asked + count;
    await vi.waitFor(() => expect(asked).toBeGreaterThan(until), WAIT);
  };
  await servedFor(20);
  redis.get("alpha")!.kill("SIGKILL");
  await servedFor(40);
  for (const ingress of INGRESSES) await vi.waitFor(() => expect(upAt(ingress, "cache.team")).toBe(2), WAIT);
  await startRedis(servers[0]!);
  for (const ingress of INGRESSES) await vi.waitFor(() => expect(upAt(ingress, "cache.team")).toBe(3), WAIT);
  // Drained first: what is open ends by itself, and what is new goes elsewhere.
  for (const name of ["cache", "who"]) await askControl("beta", "service.drain", name);
  for (const ingress of INGRESSES) await vi.waitFor(() => expect(upAt(ingress, "cache.team")).toBe(2), WAIT);
  // Nobody is there, or on the way there.
  await vi.waitFor(() => expect([openAt("beta"), ...INGRESSES.map(openTo("beta"))]).toEqual([0, 0, 0]), WAIT);
  await nodes.get("beta")!.close();
  await servedFor(40);
  await startPublisher("beta");
  for (const ingress of INGRESSES) await vi.waitFor(() => expect(upAt(ingress, "cache.team")).toBe(3), WAIT);
  await servedFor(20);
  over.abort();
  await Promise.all(clients);
  expect([...answers].toSorted()).toEqual([...PUBLISHERS]);
  expect(interrupted).toBeLessThanOrEqual(clients.length);
});
