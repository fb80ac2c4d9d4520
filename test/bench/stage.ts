/** Where the bench plays: a client's and a server's namespace, a path between them, and nginx on the server. */
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  connectVeth,
  ImpairmentBox,
  type Impairments,
  makeFolder,
  Namespace,
  type NamespaceServer,
  Nginx,
  removeFolder,
  run,
  startServer,
} from "@flor/testkit";

/** Files of the bench live in memory: no disk is measured. */
const MEMORY_FOLDER = "/dev/shm";

/** A file that is carried whole: `bulk`, or an eighth of it. */
export type StageFile = "bulk" | "eighth";

/** Where uploads go: whatever is put there is read and thrown away. */
export const DISCARD_PORT = 81;
const NETWORK = "10.90.0.0/24";

export interface StageOptions {
  /** Size of the file that is downloaded. */
  readonly bulkOctets: number;
  /** Absent: a veth pair; else the impairment box, both ways. */
  readonly impairments?: Impairments;
  /** Toward the server, where that direction differs. */
  readonly uplink?: Impairments;
}

export class Stage implements AsyncDisposable {
  /** Octets of each file. */
  readonly files: Readonly<Record<StageFile, number>>;
  readonly client: Namespace;
  readonly server: Namespace;
  readonly clientAddress = "10.90.0.1";
  readonly serverAddress = "10.90.0.2";
  /** Holds the files; nginx serves it. */
  readonly folder: string;
  readonly #resources: AsyncDisposable[] = [];
  #echo: NamespaceServer | undefined;
  #box: ImpairmentBox | undefined;

  private constructor(options: StageOptions, client: Namespace, server: Namespace) {
    this.files = { bulk: options.bulkOctets, eighth: Math.ceil(options.bulkOctets / 8) };
    this.client = client;
    this.server = server;
    this.folder = makeFolder("flor-bench-", MEMORY_FOLDER);
    for (const [name, octets] of Object.entries(this.files)) {
      writeFileSync(join(this.folder, name), "");
      // Sparse: its zeros take no memory. Nobody on the way compresses.
      truncateSync(join(this.folder, name), octets);
    }
  }

  /**
   * Lays the path and starts the servers. Ports of connections that ended may be used again after a second: when half of
   * them wait for a minute, each connect looks through all of those, for every peer, at 2 ms of processor.
   */
  static async open(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options, await Namespace.create("client"), await Namespace.create("server"));
    for (const namespace of [stage.client, stage.server]) await namespace.sysctl("net.ipv4.tcp_tw_reuse", 1);
    await stage.#connect(options.impairments);
    if (options.uplink !== undefined) await stage.#box?.changeToRight(options.uplink);
    await stage.chooseCongestionControl("cubic");
    stage.#resources.push(await Nginx.start(stage.server, { host: "0.0.0.0", port: 80, root: stage.folder }));
    stage.#resources.push(await stage.#startDiscard());
    stage.#echo = await startServer(stage.server, { kind: "echo", host: "0.0.0.0" });
    stage.#resources.push(stage.#echo);
    return stage;
  }

  /**
   * From now on, new TCP connections to the network use this congestion control, at both ends; those that exist keep
   * theirs. By the route: a namespace may not choose what the machine's administrator has not allowed.
   */
  async chooseCongestionControl(name: "cubic" | "bbr", network: string = NETWORK): Promise<void> {
    for (const namespace of [this.client, this.server]) {
      const route = (await namespace.ip("route", "show", network)).replace(/ congctl \w+| linkdown/g, "").trim();
      await namespace.ip("route", "replace", ...route.split(/\s+/), "congctl", name);
    }
  }

  /** What the path goes through, unless it is a veth pair; the client is to its left. */
  get box(): ImpairmentBox | undefined {
    return this.#box;
  }

  /** A server on the target that sends back every octet. */
  get echoPort(): number {
    return this.#echo!.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#resources.toReversed()) await resource[Symbol.asyncDispose]();
    await this.client[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    removeFolder(this.folder);
  }

  /** Compiles and starts the server that uploads go to. */
  async #startDiscard(): Promise<AsyncDisposable> {
    const program = join(this.folder, "discard");
    await run("gcc", ["-O2", "-o", program, fileURLToPath(new URL("discard.c", import.meta.url))]);
    const discard = this.server.start(program, [String(DISCARD_PORT)]);
    await discard.waitForOutput(/listening/);
    return discard;
  }

  async #connect(impairments: Impairments | undefined): Promise<void> {
    const left = { namespace: this.client, addresses: [`${this.clientAddress}/24`] };
    const right = { namespace: this.server, addresses: [`${this.serverAddress}/24`] };
    if (impairments === undefined) {
      await connectVeth(left, right);
      return;
    }
    this.#box = await ImpairmentBox.between(left, right, { impairments });
    this.#resources.push(this.#box);
  }
}
