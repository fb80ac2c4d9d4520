/**
 * A link that is another node on this machine: attaches to its northbound network, and attaches again when that node
 * comes back.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Log } from "@flor/host";
import { type FlorNode, type LinkStatus, portStatusOf, type WantedNeighbour } from "@flor/node";
import { LinkSession, type LinkSessionOwner } from "./link-session.ts";
import { decodeNorthboundAnswer, NORTHBOUND_ANSWER_MAX_OCTETS } from "./northbound-protocol.ts";
import type { RunningLink } from "./running-link.ts";

/** What a native link is made of. */
export interface NativeLinkOptions {
  readonly node: FlorNode;
  readonly name: string;
  /** Path of the lower node's northbound socket. */
  readonly path: string;
  readonly log: Log;
  readonly wake: () => void;
  /** It is ready, and stands on other nodes than before. */
  readonly handleAncestryChanged: () => void;
}

const BACK_OFF_FIRST_MS = 100;
const BACK_OFF_MAX_MS = 1000;
const ANSWER_TIMEOUT_MS = 3000;

/** A link to the node beneath. */
export class NativeLink implements RunningLink, LinkSessionOwner {
  readonly name: string;
  readonly #options: NativeLinkOptions;
  #state: LinkStatus["state"] = "stopped";
  #session: LinkSession | undefined;
  #connection: Socket | undefined;
  #neighbours: readonly WantedNeighbour[] = [];
  #incarnation = 0;
  #attempt = 0;
  #lastError: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NativeLinkOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get ancestry(): readonly Uint8Array[] {
    return this.#session?.ancestry ?? [];
  }

  /** It has no process. */
  readonly recentLines: readonly string[] = [];

  start(): void {
    this.#setState("starting");
    void this.#attach();
  }

  restart(): void {
    this.#session?.bye("the link starts anew");
    this.#end();
    clearTimeout(this.#timer);
    this.start();
  }

  vacate(): void {
    this.#options.node.drainLink(this.name, performance.now());
  }

  async stop(): Promise<void> {
    this.#setState("stopped");
    clearTimeout(this.#timer);
    this.#session?.bye("the upper node stops");
    this.#end();
  }

  setNeighbours(neighbours: readonly WantedNeighbour[]): void {
    this.#neighbours = neighbours;
    this.#session?.setNeighbours(neighbours);
  }

  status(): LinkStatus {
    const link = this.#options.node.links.get(this.name);
    const degradedReason = link?.conduct.reason(performance.now());
    return {
      name: this.name,
      kind: "native",
      state: this.#state,
      degraded: degradedReason !== undefined,
      degradedReason,
      pid: undefined,
      restarts: Math.max(0, this.#incarnation - 1),
      ports: link === undefined ? [] : portStatusOf(link),
      counters: this.#session?.counters() ?? {},
      reported: {},
      lastError: this.#state === "ready" ? undefined : this.#lastError,
    };
  }

  handleReady(): void {
    this.#attempt = 0;
    this.#setState("ready");
    this.#options.handleAncestryChanged();
  }

  handleDead(session: LinkSession, reason: string): void {
    if (session === this.#session) this.#failed(reason);
  }

  async #attach(): Promise<void> {
    this.#incarnation += 1;
    try {
      const { node, name, log, wake } = this.#options;
      const shared = { node, name, log, wake, incarnation: this.#incarnation, stateDir: "", config: {}, owner: this };
      const session = await LinkSession.open(shared);
      session.setNeighbours(this.#neighbours);
      this.#session = session;
      this.#connection = await this.#greet(session);
      if (this.#state === "starting") this.#setState("handshaking");
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** Hands the bootstrap line over; the connection that stays is the lifeline. */
  async #greet(session: LinkSession): Promise<Socket> {
    const connection = connect(this.#options.path);
    connection.on("error", () => connection.destroy());
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    await once(connection, "connect", { signal }).catch((error: NodeJS.ErrnoException) => {
      connection.destroy();
      throw new Error(explain(error, this.#options.path));
    });
    connection.write(session.bootstrapLine);
    const answer = decodeNorthboundAnswer(await readLine(connection, signal));
    if ("error" in answer) {
      connection.destroy();
      throw new Error(answer.error);
    }
    connection.once("close", () => {
      if (this.#connection === connection) this.#failed("the node beneath is gone");
    });
    connection.resume();
    return connection;
  }

  #failed(reason: string): void {
    if (this.#state === "stopped") return;
    if (this.#lastError !== reason || this.#state === "ready") {
      this.#options.log.write("warn", "link-failed", { link: this.name, reason });
    }
    this.#lastError = reason;
    this.#end();
    this.#setState("back-off");
    const delay = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), delay);
  }

  #end(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    this.#session?.close();
    this.#session = undefined;
  }

  #setState(state: LinkStatus["state"]): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.log.write("debug", "link-state", { link: this.name, state });
  }
}

async function readLine(connection: Socket, signal: AbortSignal): Promise<string> {
  let text = "";
  while (!text.includes("\n") && text.length <= NORTHBOUND_ANSWER_MAX_OCTETS) {
    const [chunk] = (await once(connection, "data", { signal })) as [Buffer];
    text += chunk.toString("utf8");
  }
  return text.slice(0, text.indexOf("\n"));
}

function explain(error: NodeJS.ErrnoException, path: string): string {
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") return `no node serves ${path}: start the node beneath`;
  if (error.code === "EACCES") return `${path} is not ours to open: its owner must let this user in`;
  return `${path}: ${error.code ?? error.message}`;
}
