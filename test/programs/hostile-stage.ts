/** Three nodes: one has a good link to the second, and to the third one that does its worst when it is told to. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LinkStatus, NodeStatus } from "@flor/node";
import { freePort, NodeProcess, seededHash, type TcpClient, TestServer } from "@flor/testkit";
import { openThrough } from "../e2e/connect-through.ts";
import type { HostileOrders } from "./hostile-link.ts";

const HOSTILE_LINK = fileURLToPath(new URL("hostile-link.ts", import.meta.url));
const WORK_WATCH = new URL("work-watch.ts", import.meta.url).href;
const SEED = 5;
const TRANSFER_OCTETS = 4_000_000;
const TRANSFER_MAX_MS = 90_000;
/** Destinations of this address go over the hostile link. */
const BEYOND = "127.0.0.2";
const BLOCKED_PAUSE_MS = 20;

/** The link that misbehaves, as the node tells. */
export function badLink(status: NodeStatus): LinkStatus | undefined {
  return status.links.find(({ name }) => name === "bad");
}

/** The nodes, and flows over both links. */
export class HostileStage implements AsyncDisposable {
  readonly near: NodeProcess;
  readonly #watched: string;
  readonly #owned: AsyncDisposableStack;
  readonly #orders: string;
  readonly #source: TestServer;
  readonly #sink: TestServer;
  readonly #socksPort: number;
  readonly #idle: TcpClient;

  private constructor(parts: Pick<HostileStage, "near"> & StageParts) {
    this.near = parts.near;
    this.#watched = parts.watched;
    this.#owned = parts.owned;
    this.#orders = parts.orders;
    this.#source = parts.source;
    this.#sink = parts.sink;
    this.#socksPort = parts.socksPort;
    this.#idle = parts.idle;
  }

  /** Starts all of it; both peers are up. */
  static async open(): Promise<HostileStage> {
    const owned = new AsyncDisposableStack();
    const watched = join(owned.adopt(mkdtempSync(join(tmpdir(), "flor-hostile-")), removeFolder), "work");
    const environment = { NODE_OPTIONS: `--import ${WORK_WATCH}`, FLOR_WORK_WATCH: watched };
    const near = owned.use(await NodeProcess.prepare("near", { environment }));
    const far = owned.use(await NodeProcess.prepare("far"));
    const third = owned.use(await NodeProcess.prepare("third"));
    const source = owned.use(await TestServer.open({ kind: "source", seed: SEED, octets: TRANSFER_OCTETS }));
    const echo = owned.use(await TestServer.open({ kind: "echo" }));
    const sink = owned.use(await TestServer.open({ kind: "sink", host: BEYOND }));
    const orders = join(near.folder, "orders.json");
    const ports = { far: await freePort(), third: await freePort() };
    await far.up(servingConfig(near, ports.far, true));
    await third.up(servingConfig(near, ports.third, false));
    await near.up(nearConfig({ far, third, ports, orders }));
    await near.waitForPeer("far");
    await near.waitForPeer("third");
    const socksPort = await near.socksPort();
    const idle = owned.use(await openThrough(socksPort, { host: "127.0.0.1", port: echo.port }));
    return new HostileStage({ owned, near, watched, orders, source, sink, socksPort, idle });
  }

  /** Of the link that misbehaves, once it is ready. */
  async badPid(): Promise<number> {
    return this.near.waitFor((status) => {
      const link = badLink(status);
      return link?.state === "ready" ? link.pid : undefined;
    }, "the hostile link is ready");
  }

  /** Tells the link how to behave from now on; resolves to its pid. */
  async order(orders: HostileOrders): Promise<number> {
    // Whole or not at all: the link may be reading the last ones.
    writeFileSync(`${this.#orders}.new`, JSON.stringify(orders));
    renameSync(`${this.#orders}.new`, this.#orders);
    for (;;) {
      const pid = await this.badPid();
      if (signalled(pid)) return pid;
    }
  }

  /** How long near's loop worked without a look at its timers, each time so far: milliseconds of processor time. */
  worked(): readonly number[] {
    const lines = existsSync(this.#watched) ? readFileSync(this.#watched, "utf8").split("\n") : [];
    return lines.filter((line) => line !== "").map(Number);
  }

  /** The way to the far end of the good link and back, in a flow that is idle otherwise; what came back. */
  async roundTrip(text: string): Promise<string> {
    await this.#idle.write(text);
    return Buffer.from(await this.#idle.read(text.length)).toString();
  }

  /** Downloads over the good link until then; how many. */
  async transferUntil(isOver: () => boolean): Promise<number> {
    let transfers = 0;
    for (; !isOver(); transfers += 1) {
      using client = await openThrough(this.#socksPort, { host: "127.0.0.1", port: this.#source.port });
      const { octets, sha256 } = await client.hashToEnd(TRANSFER_MAX_MS);
      if (octets !== TRANSFER_OCTETS || sha256 !== seededHash(SEED, TRANSFER_OCTETS))
        throw new Error(`${octets} octets came, not the ${TRANSFER_OCTETS} that were sent`);
    }
    return transfers;
  }

  /** Sends into the hostile link as much as is taken, until then. */
  async pushUntil(isOver: () => boolean): Promise<void> {
    const chunk = new Uint8Array(65_536);
    const client = await this.#openBeyond().catch(() => undefined);
    if (client === undefined) return;
    client.socket.on("error", () => {});
    while (!isOver() && !client.socket.destroyed) {
      const isTaken = client.socket.write(chunk);
      await new Promise((resolve) => setTimeout(resolve, isTaken ? 0 : BLOCKED_PAUSE_MS));
    }
    client[Symbol.dispose]();
  }

  /** Sends one octet over the hostile link, and has the third node's target count it. */
  async countBeyond(): Promise<string> {
    using client = await this.#openBeyond();
    await client.write("x");
    client.end();
    return Buffer.from(await client.readToEnd()).toString();
  }

  #openBeyond(): Promise<TcpClient> {
    return openThrough(this.#socksPort, { host: BEYOND, port: this.#sink.port });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Whether the process was there to take its orders; its node may not know yet that it is gone. */
function signalled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGUSR2");
  } catch {
    return false;
  }
}

interface StageParts {
  readonly watched: string;
  readonly owned: AsyncDisposableStack;
  readonly orders: string;
  readonly source: TestServer;
  readonly sink: TestServer;
  readonly socksPort: number;
  readonly idle: TcpClient;
}

function servingConfig(near: NodeProcess, port: number, segments: boolean): object {
  return {
    outbounds: [{ tcp: { allow: ["*", "127.0.0.0/8"] } }],
    links: [{ name: "wan", kind: "udp", listen: `127.0.0.1:${port}`, segments }],
    peers: [{ name: "near", id: near.id, link: "wan" }],
  };
}

interface NearParts {
  readonly far: NodeProcess;
  readonly third: NodeProcess;
  readonly ports: { readonly far: number; readonly third: number };
  readonly orders: string;
}

function nearConfig({ far, third, ports, orders }: NearParts): object {
  return {
    inbounds: [{ socks5: "127.0.0.1:0" }],
    links: [
      { name: "wan", kind: "udp", listen: "127.0.0.1:0" },
      { name: "bad", kind: "process", command: [process.execPath, HOSTILE_LINK], config: { orders } },
    ],
    peers: [
      { name: "far", id: far.id, link: "wan", address: `127.0.0.1:${ports.far}` },
      { name: "third", id: third.id, link: "bad", address: `127.0.0.1:${ports.third}` },
    ],
    routes: [
      { to: `${BEYOND}/32`, through: "third" },
      { to: "*", through: "far" },
    ],
  };
}
