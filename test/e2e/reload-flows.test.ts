/** A hundred flows through every kind of change of a running node: none ends that the plan did not name. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { flor } from "@flor/testkit";
import { createIdentity } from "@flor/quic";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FlorPair } from "./flor-pair.ts";

const FLOWS = 100;

let server: Server;
let pair: FlorPair;
let clients: Client[];

/** A client of the echo, through the near node. */
class Client {
  ended: string | undefined;
  readonly #socket: Socket;
  #sent = 0;
  #received = 0;
  #whenNews: () => void = () => {};

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("data", (octets: Buffer) => {
      this.#received += octets.length;
      this.#whenNews();
    });
    this.#socket.on("error", ({ message }) => void (this.ended = message));
    this.#socket.on("close", () => {
      this.ended ??= "closed";
      this.#whenNews();
    });
  }

  /** Sends a little, and waits for it to come back, or for the end. */
  async echoes(): Promise<void> {
    this.#sent += 1;
    this.#socket.write("x");
    while (this.#received < this.#sent && this.ended === undefined)
      await new Promise<void>((resolve) => void (this.#whenNews = resolve));
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

beforeAll(async () => {
  server = createServer((socket) => void socket.on("error", () => {}).pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  pair = await FlorPair.start({ inbounds: [{ tcp: "127.0.0.1:0", to: `127.0.0.1:${port}` }] });
  const forward = (await pair.near.status())!.inbounds[1]!.port;
  clients = Array.from({ length: FLOWS }, () => new Client(forward));
  await allEcho();
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await pair[Symbol.asyncDispose]();
  server.close();
});

async function allEcho(): Promise<void> {
  await Promise.all(clients.map((client) => client.echoes()));
}

type Settings = Readonly<Record<string, unknown>> & { readonly links: readonly object[]; readonly peers: object[] };
const written = (): Settings => JSON.parse(readFileSync(join(pair.near.folder, "flor.yaml"), "utf8")) as Settings;
const stranger = { name: "new", id: createIdentity(new Uint8Array(32).fill(77)).id, link: "wan" };

/** Changes, one after the other, and what the plan says of each. */
const CHANGES: readonly [string, (config: Settings) => object, RegExp][] = [
  ["a peer is added", ({ peers }) => ({ peers: [...peers, stranger] }), /^live .*peers: new: added/m],
  ["a link is added", ({ links }) => ({ links: [...links, { name: "tcp", kind: "tcp" }] }), /^live .*links: tcp/m],
  [
    "the link that carries is changed",
    ({ links: [wan, ...others] }) => ({ links: [{ ...wan, mtu: 1400 }, ...others] }),
    /^restarts a part .*links: wan: its process restarts/m,
  ],
  ["a northbound is added", () => ({ northbound: [{ name: "team" }] }), /^live .*northbound: team: served/m],
  ["routes are changed", () => ({ routes: [{ to: "*:443", through: "far" }] }), /^live .*routes/m],
  ["outbounds are changed", () => ({ outbounds: [{ tcp: { allow: ["*:80"] } }] }), /^live .*outbounds/m],
  ["inbounds are moved", () => ({ inbounds: [{ proxy: "127.0.0.1:0" }] }), /^live .*inbounds: .*closed/m],
  ["a link is removed", ({ links }) => ({ links: links.slice(0, 1) }), /links: tcp: ended/m],
  ["a northbound is removed", () => ({ northbound: [] }), /northbound: team: no longer served/m],
  ["a peer is removed", ({ peers }) => ({ peers: peers.slice(0, 1) }), /^live .*peers: new: removed/m],
];

it.each(CHANGES)("a hundred flows go on when %s", async (_what, change, plan) => {
  const config = written();
  pair.near.configure({ ...config, ...change(config) });
  const reload = await flor(["reload"], pair.near);
  expect(reload.stderr).toBe("");
  expect(reload.stdout).toMatch(plan);
  await allEcho();
  expect(clients.flatMap(({ ended }) => ended ?? [])).toEqual([]);
});

it("a hundred flows end when their peer is removed, and the plan says so", async () => {
  pair.near.configure({ ...written(), peers: [], routes: [] });
  const reload = await flor(["reload"], pair.near);
  expect(reload.stdout).toMatch(/^live .*peers: far: removed; its sessions and flows end, at both ends/m);
  await allEcho();
  expect(clients.filter(({ ended }) => ended === undefined)).toEqual([]);
  await pair.far.waitFor((status) => status.flows.open === 0, "no flow at the far node");
});
