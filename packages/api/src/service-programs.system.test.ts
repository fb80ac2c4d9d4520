/**
 * Programs that people use, as clients of services, while a publisher comes and another one drains and leaves: wrk, ssh,
 * psql and WebSockets. None of them fails.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyFile } from "@flor/config";
import { askControlSocket, controlSocketPath, runtimeFolder } from "@flor/runtime/control";
import { findTool, freePort, Postgres, requireTools, Sshd, StartedProcess } from "@flor/testkit";
import { execa } from "execa";
import { expect, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createNode } from "./create-node.ts";
import type { Flor } from "./flor.ts";

const PUBLISHERS = ["alpha", "beta", "gamma"] as const;
const SERVICES = ["web", "db", "shell"] as const;
const WAIT = { timeout: 200_000, interval: 100 };
const HEALTH = { interval: 0.5, timeout: 30, rise: 1, fall: 2 };
const HERE = "127.0.0.1";

/** The nodes of the test, and where their services are. */
class Stage implements AsyncDisposable {
  readonly nodes = new Map<string, Flor>();
  readonly #folder: string;
  readonly #ids = new Map<string, string>();
  readonly #ports = new Map<string, number>();
  readonly #targets: Readonly<Record<string, number>>;

  constructor(targets: Readonly<Record<string, number>>) {
    this.#targets = targets;
    this.#folder = mkdtempSync(join(tmpdir(), "flor-programs-"));
    process.env["XDG_RUNTIME_DIR"] = this.#folder;
    for (const name of [...PUBLISHERS, "near"])
      this.#ids.set(name, createKeyFile(join(this.#folder, `${name}.key`)).id);
  }

  async start(...publishers: readonly string[]): Promise<void> {
    for (const name of PUBLISHERS) this.#ports.set(name, await freePort());
    await Promise.all(publishers.map((name) => this.publish(name)));
    const peers = PUBLISHERS.map((name) => ({
      name,
      id: this.#ids.get(name),
      link: "wan",
      address: this.#linkOf(name),
    }));
    await this.#node("near", {
      inbounds: SERVICES.map((service) => ({ tcp: `${HERE}:0`, to: `${service}.team:80` })),
      links: [{ name: "wan", kind: "udp", listen: `${HERE}:0` }],
      peers,
      services: { network: "team", trust: { "*": [...PUBLISHERS] } },
    });
    await this.waitForUp(publishers.length);
  }

  /** A publisher of all services, each of them somewhere else. */
  async publish(name: string): Promise<void> {
    const publish = Object.fromEntries(
      SERVICES.map((service) => {
        const target = `${HERE}:${this.#targets[service === "web" ? name : service]}`;
        return [service, { target, allow: ["*"], health: HEALTH }];
      }),
    );
    await this.#node(name, {
      links: [{ name: "wan", kind: "udp", listen: this.#linkOf(name) }],
      peers: [{ name: "near", id: this.#ids.get("near"), link: "wan" }],
      services: { network: "team", publish },
    });
  }

  /** Where clients of a service come in. */
  portOf(service: (typeof SERVICES)[number]): number {
    return this.near.status().inbounds[SERVICES.indexOf(service)]!.port;
  }

  get near(): Flor {
    return this.nodes.get("near")!;
  }

  /** Waits until the ingress knows so many publishers of each service as up. */
  async waitForUp(count: number): Promise<void> {
    const upOf = (service: string): number => {
      const found = this.near.status().services?.found.find(({ name }) => name === `${service}.team`);
      return found?.publishers.filter(({ state }) => state === "up").length ?? 0;
    };
    await vi.waitUntil(() => SERVICES.every((service) => upOf(service) === count), WAIT);
  }

  /** Connections that clients of a service have opened at a publisher. */
  opensOf(service: (typeof SERVICES)[number], name: string): number {
    return this.near.lookup(service).use?.backends.find(({ node }) => node === name)?.opens ?? 0;
  }

  /** Sends a publisher nobody new, and ends it when nobody is there, or on the way there. */
  async drain(name: string): Promise<void> {
    for (const service of SERVICES) {
      const place = controlSocketPath(runtimeFolder(process.env), name);
      await askControlSocket(place, { method: "service.drain", params: { name: service } });
    }
  }

  async waitForEmpty(name: string): Promise<void> {
    const openOf = (service: string): number =>
      this.near.lookup(service).use?.backends.find(({ node }) => node === name)?.openFlows ?? 0;
    await vi.waitUntil(() => SERVICES.every((service) => openOf(service) === 0), WAIT);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.nodes.values(), (node) => node.close()));
    rmSync(this.#folder, { recursive: true });
  }

  #linkOf(name: string): string {
    return `${HERE}:${this.#ports.get(name)}`;
  }

  async #node(name: string, config: object): Promise<void> {
    const node = await createNode({
      config: { name, key: `${name}.key`, ...config },
      folder: this.#folder,
      control: true,
    });
    this.nodes.set(name, node);
  }
}

/** Comes again and again until it is told to stop. */
class Repeated {
  readonly over = new AbortController();
  readonly failures: string[] = [];
  done = 0;
  readonly ended: Promise<void>;

  /** @param come how much was done; rejects with what failed */
  constructor(name: string, come: () => Promise<number>) {
    this.ended = this.#run(name, come);
  }

  async #run(name: string, come: () => Promise<number>): Promise<void> {
    while (!this.over.signal.aborted) {
      await come().then(
        (done) => (this.done += done),
        (error: Error) => this.failures.push(`${name}: ${error.message}`),
      );
    }
  }
}

async function portOf(server: ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, HERE);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A page and an echo by WebSocket. */
async function startPage(owned: AsyncDisposableStack): Promise<number> {
  const server = createServer((_request, response) => response.end("a page"));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (message) => socket.send(message)));
  owned.defer(() => void (sockets.close(), server.close()));
  return portOf(server);
}

async function opened(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${HERE}:${port}/`);
  await once(socket, "open");
  return socket;
}

async function echoed(socket: WebSocket): Promise<string> {
  const answer = once(socket, "message") as Promise<[Buffer]>;
  socket.send("hello");
  const [octets] = await answer;
  return octets.toString();
}

/** What a program said; rejects when it fails. */
async function said(program: string, args: readonly string[]): Promise<string> {
  const { all } = await execa(findTool(program)!, args, { all: true, stdin: "ignore" });
  return all;
}

function demand(isRight: boolean, text: string): void {
  if (!isRight) throw new Error(text);
}

test("wrk, ssh, psql and WebSockets fail nowhere while a publisher comes, and another drains and leaves", async () => {
  requireTools(["wrk", "ssh", "psql"]);
  await using owned = new AsyncDisposableStack();
  const [alpha, beta, gamma, postgres, sshd] = await Promise.all([
    startPage(owned),
    startPage(owned),
    startPage(owned),
    freePort().then((port) => Postgres.start(port)),
    freePort().then((port) => Sshd.start(StartedProcess, HERE, port)),
  ]);
  owned.use(postgres);
  owned.use(sshd);
  const stage = owned.use(new Stage({ alpha, beta, gamma, db: postgres.port, shell: sshd.port }));
  await stage.start("alpha", "beta");
  const [web, db, shell] = SERVICES.map((service) => stage.portOf(service));

  const login = sshd.clientArguments("-o", "ConnectTimeout=100");
  const ssh = login.map((one) => (one === `${sshd.port}` ? `${shell}` : one));
  const wrk = ["-t1", "-c2", "-d1s", "--timeout", "100s", "-H", "Connection: close", `http://${HERE}:${web}/`];
  const psql = ["-h", HERE, "-p", `${db}`, "-U", "postgres", "-Atc", "select 6 * 7", "postgres"];
  const clients = [
    new Repeated("wrk", async () => {
      const text = await said("wrk", wrk);
      demand(!/Socket errors|Non-2xx/.test(text), text);
      // On a busy machine a second may be too short for one.
      return Number(/(\d+) requests in/.exec(text)?.[1] ?? 0);
    }),
    new Repeated("ssh", async () => {
      const text = await said("ssh", [...ssh, "echo", "here"]);
      demand(text === "here", text);
      return 1;
    }),
    new Repeated("psql", async () => {
      const text = await said("psql", psql);
      demand(text === "42", text);
      return 1;
    }),
    new Repeated("WebSocket", async () => {
      const socket = await opened(web!);
      const text = await echoed(socket);
      socket.close();
      demand(text === "hello", text);
      return 1;
    }),
  ];
  /** Each of them comes twice more. */
  const twiceMore = async (): Promise<void> => {
    const until = clients.map(({ done, failures }) => done + failures.length + 2);
    const come = (): boolean => clients.every(({ done, failures }, index) => done + failures.length >= until[index]!);
    await vi.waitFor(() => expect(come()).toBe(true), WAIT);
  };

  await twiceMore();
  const held = await Promise.all(Array.from({ length: 8 }, () => opened(web!)));
  await stage.publish("gamma");
  await stage.waitForUp(3);
  await twiceMore();
  // Which publisher a connection goes to is chance.
  await vi.waitUntil(() => stage.opensOf("web", "gamma") > 0, WAIT);
  await stage.drain("alpha");
  await stage.waitForUp(2);
  // What was open before stays, at the one that drains too.
  expect(await Promise.all(held.map(echoed))).toEqual(held.map(() => "hello"));
  for (const socket of held) socket.close();
  await stage.waitForEmpty("alpha");
  await stage.nodes.get("alpha")!.close();
  await twiceMore();
  for (const { over } of clients) over.abort();
  await Promise.all(clients.map(({ ended }) => ended));

  expect(clients.flatMap(({ failures }) => failures)).toEqual([]);
});
