import { type BegunChildren, LinkProcess, type LinkProcessOwner, type Log } from "@flor/host";
import { type FlorNode, type LinkStatus, linkCountsOf, portStatusOf, type WantedNeighbour } from "@flor/node";
import { joinReasons } from "./join-reasons.ts";
import { LinkSession, type LinkSessionOwner } from "./link-session.ts";
import type { RunningLink } from "./running-link.ts";

/** What a link process is started with. */
export interface ProcessLinkOptions {
  readonly node: FlorNode;
  readonly name: string;
  readonly kind: string;
  readonly command: readonly [string, ...string[]];
  /** Read whenever a process is started. */
  readonly config: unknown;
  readonly environment: Readonly<Record<string, string>>;
  /** Its first process may be among them. @default none */
  readonly begun?: BegunChildren | undefined;
  /** A folder of the link's own that outlives it; empty: none. */
  readonly stateDir: string;
  readonly log: Log;
  readonly wake: () => void;
}

/** A supervised link process and its sessions, one after another. */
export class ProcessLink implements RunningLink, LinkProcessOwner, LinkSessionOwner {
  readonly name: string;
  readonly #options: ProcessLinkOptions;
  readonly #process: LinkProcess;
  #session: LinkSession | undefined;
  #neighbours: readonly WantedNeighbour[] = [];
  #diagnosis: string | undefined;
  #suppressedLines = 0;

  constructor(options: ProcessLinkOptions) {
    this.name = options.name;
    this.#options = options;
    this.#process = new LinkProcess(
      { command: options.command, environment: options.environment, begun: options.begun },
      this,
    );
  }

  get ancestry(): readonly Uint8Array[] {
    return this.#session?.ancestry ?? [];
  }

  get recentLines(): readonly string[] {
    return this.#process.status.recentLines;
  }

  start(): void {
    this.#process.start();
  }

  restart(): void {
    this.#process.restart();
  }

  vacate(): void {
    this.#options.node.links.drain(this.name, performance.now());
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  setNeighbours(neighbours: readonly WantedNeighbour[]): void {
    this.#neighbours = neighbours;
    this.#session?.setNeighbours(neighbours);
  }

  status(): LinkStatus {
    const { state, crashes, pid, restarts, reason, suppressedLines } = this.#process.status;
    const { node, name, kind } = this.#options;
    const link = node.links.get(name);
    const now = performance.now();
    if (suppressedLines > this.#suppressedLines)
      link?.conduct.note("log", now, suppressedLines - this.#suppressedLines);
    this.#suppressedLines = suppressedLines;
    const degradedReason = joinReasons(crashes, link?.conduct.reason(now));
    return {
      name,
      kind,
      state,
      degraded: degradedReason !== undefined,
      degradedReason,
      pid,
      restarts,
      ports: link === undefined ? [] : portStatusOf(link),
      counters: { ...(link !== undefined && linkCountsOf(link)), ...this.#session?.counters() },
      reported: this.#session?.reported ?? {},
      lastError: state === "ready" ? undefined : (this.#diagnosis ?? reason),
      layers: [],
    };
  }

  async openSession(incarnation: number, deadlineMs: number): Promise<string> {
    const { node, name, stateDir, config, log, wake } = this.#options;
    const shared = { node, name, stateDir, config, log, wake };
    const session = await LinkSession.open({ ...shared, incarnation, deadlineMs, owner: this });
    session.setNeighbours(this.#neighbours);
    this.#session = session;
    return session.bootstrapLine;
  }

  closeSession(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  drain(deadlineMs: number): void {
    this.#session?.drain(deadlineMs);
  }

  bye(): void {
    this.#session?.bye("the node stops this link");
  }

  heard(): string | undefined {
    return this.#session?.heard;
  }

  handleReady(): void {
    this.#diagnosis = undefined;
    this.#process.handleReady();
  }

  handleDead(session: LinkSession, reason: string): void {
    if (session === this.#session) this.#process.handleUnresponsive(reason);
  }

  handleState(state: LinkStatus["state"]): void {
    this.#options.log.write("info", "link-state", { link: this.name, state, pid: this.#process.status.pid });
  }

  handleDiagnosis(text: string): void {
    this.#diagnosis = text;
    this.#options.log.write("warn", "link-failed", { link: this.name, diagnosis: text });
  }

  handleLog({ level, text, fields }: Parameters<LinkProcessOwner["handleLog"]>[0]): void {
    this.#options.log.write(level, "link-log", { ...fields, link: this.name, text });
  }
}
