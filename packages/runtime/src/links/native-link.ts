/**
 * A link that is another node on this machine: attaches to its northbound network, and attaches again when that node
 * comes back.
 */
import type { Socket } from "node:net";
import type { AttachmentConfig } from "@flor/config";
import { type Log, ReadyDeadline } from "@flor/host";
import { BackOff } from "@flor/machine";
import {
  type FlorNode,
  type LayerStatus,
  type LinkStatus,
  linkCountsOf,
  portStatusOf,
  type WantedNeighbour,
} from "@flor/node";
import { attachToLower } from "../northbound/attach-to-lower.ts";
import { LinkSession, type LinkSessionOwner } from "./link-session.ts";
import { decodeLayers } from "../northbound/northbound-protocol.ts";
import type { RunningLink } from "./running-link.ts";

/** What a native link is made of. */
export interface NativeLinkOptions {
  readonly node: FlorNode;
  readonly name: string;
  readonly attach: AttachmentConfig;
  readonly log: Log;
  readonly wake: () => void;
  /** It is ready, and stands on other nodes than before. */
  readonly handleAncestryChanged: () => void;
  /** What the node beneath, and those beneath it, add and carry changed. */
  readonly handleLayersChanged: () => void;
}

const BACK_OFF_FIRST_MS = 100;
const BACK_OFF_MAX_MS = 1000;

/** A link to the node beneath. */
export class NativeLink implements RunningLink, LinkSessionOwner {
  readonly name: string;
  readonly #options: NativeLinkOptions;
  #state: LinkStatus["state"] = "stopped";
  #session: LinkSession | undefined;
  #connection: Socket | undefined;
  #neighbours: readonly WantedNeighbour[] = [];
  #incarnation = 0;
  /** How often it was ready. */
  #attached = 0;
  readonly #backOff = new BackOff({ firstMs: BACK_OFF_FIRST_MS, maxMs: BACK_OFF_MAX_MS, random: Math.random });
  readonly #readyDeadline = new ReadyDeadline();
  #lastError: string | undefined;
  #layers: readonly LayerStatus[] = [];
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
    this.#session?.bye("the link restarts");
    this.#end();
    clearTimeout(this.#timer);
    this.start();
  }

  vacate(): void {
    this.#options.node.links.drain(this.name, performance.now());
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
      restarts: Math.max(0, this.#attached - 1),
      ports: link === undefined ? [] : portStatusOf(link),
      counters: { ...(link !== undefined && linkCountsOf(link)), ...this.#session?.counters() },
      reported: {},
      lastError: this.#state === "ready" ? undefined : this.#lastError,
      layers: this.#layers,
    };
  }

  handleReady(): void {
    this.#backOff.reset();
    this.#readyDeadline.meet();
    this.#attached += 1;
    this.#setState("ready");
    this.#options.handleAncestryChanged();
  }

  handleDead(session: LinkSession, reason: string): void {
    if (session !== this.#session) return;
    if (this.#state !== "ready") this.#readyDeadline.miss();
    this.#failed(reason);
  }

  async #attach(): Promise<void> {
    this.#incarnation += 1;
    const incarnation = this.#incarnation;
    try {
      const { node, name, attach, log, wake } = this.#options;
      const deadlineMs = this.#readyDeadline.ms;
      const shared = { node, name, log, wake, stateDir: "", config: {}, owner: this };
      const session = await LinkSession.open({ ...shared, incarnation, deadlineMs });
      if (this.#isOver(incarnation)) return session.close();
      session.setNeighbours(this.#neighbours);
      this.#session = session;
      const handleLine = (line: string): void => this.#takeLayers(line);
      const connection = await attachToLower(attach, { bootstrapLine: session.bootstrapLine, handleLine });
      if (this.#isOver(incarnation)) return void connection.destroy();
      connection.once("close", () => {
        if (this.#connection === connection) this.#failed("the node beneath is gone");
      });
      this.#connection = connection;
      if (this.#state === "starting") this.#setState("handshaking");
    } catch (error) {
      if (!this.#isOver(incarnation)) this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** The link was stopped or restarted since. */
  #isOver(incarnation: number): boolean {
    return this.#state === "stopped" || this.#incarnation !== incarnation;
  }

  #takeLayers(line: string): void {
    this.#layers = decodeLayers(line) ?? this.#layers;
    this.#options.handleLayersChanged();
  }

  #failed(reason: string): void {
    if (this.#state === "stopped") return;
    if (this.#lastError !== reason || this.#state === "ready") {
      this.#options.log.write("warn", "link-failed", { link: this.name, reason });
    }
    this.#lastError = reason;
    this.#end();
    this.#setState("back-off");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), this.#backOff.next());
  }

  #end(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    this.#session?.close();
    this.#session = undefined;
    this.#layers = [];
  }

  #setState(state: LinkStatus["state"]): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.log.write("debug", "link-state", { link: this.name, state });
  }
}
