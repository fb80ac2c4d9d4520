/** What went over a device, as tcpdump saw it. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Namespace, run } from "./namespace.ts";
import { isAsleep } from "./process-usage.ts";
import { makeFolder, removeFolder } from "./folders.ts";
import { requireTools } from "./required-tools.ts";
import type { StartedProcess } from "./started-process.ts";

/** Packets of programs that have ended may be on their way for so long. */
const UNDER_WAY_MS = 150;
const LOOK_AGAIN_MS = 10;
/** tcpdump before the others, where the system lets it: else a busy machine fills its buffer. */
const FIRST = ["-n", "-20"] as const;
/** The longest packet that is kept whole, and what each packet takes of the buffer: an IP packet is no longer. */
const SNAPSHOT_OCTETS = 65_535;
/** What the kernel holds until tcpdump comes to read it: four thousand packets. */
const BUFFER_KIB = 262_144;

/** What a file without packets has. */
const FILE_HEADER_OCTETS = 24;

/** A running capture of whole packets. Dispose it (`await using`), and its file is gone. */
export class Capture implements AsyncDisposable {
  readonly file: string;
  readonly #folder: string;
  readonly #tcpdump: StartedProcess;

  private constructor(folder: string, tcpdump: StartedProcess) {
    this.#folder = folder;
    this.file = join(folder, "capture.pcap");
    this.#tcpdump = tcpdump;
  }

  /** Starts to capture in a namespace, on one device or `any`; resolves once tcpdump listens. */
  static async start(namespace: Namespace, device: string = "any", filter: string = ""): Promise<Capture> {
    requireTools(["tcpdump"]);
    const folder = makeFolder("flor-capture-");
    const options = [
      "-i",
      device,
      "-U",
      "--immediate-mode",
      "-s",
      String(SNAPSHOT_OCTETS),
      "-B",
      String(BUFFER_KIB),
      "-Z",
      "root",
      "-w",
      join(folder, "capture.pcap"),
    ];
    const command = [...FIRST, "tcpdump", ...options];
    const tcpdump = namespace.start("nice", filter === "" ? command : [...command, filter]);
    await tcpdump.waitForOutput(/listening on/);
    return new Capture(folder, tcpdump);
  }

  /** Waits until there is a packet. */
  async waitForPacket(): Promise<void> {
    while (this.#tcpdump.isRunning && statSync(this.file).size <= FILE_HEADER_OCTETS) await sleep(LOOK_AGAIN_MS);
  }

  /** Ends the capture; the file stays until it is disposed. Throws when the kernel dropped packets. */
  async stop(): Promise<void> {
    if (!this.#tcpdump.isRunning) return;
    await this.#caughtUp();
    this.#tcpdump.signal("SIGINT");
    await this.#tcpdump.exited;
    const dropped = /(\d+) packets dropped by kernel/.exec(this.#tcpdump.output)?.[1];
    if (dropped !== "0") throw new Error(`tcpdump missed packets: ${this.#tcpdump.output}`);
  }

  /** The whole file after `stop`: search it for what must not be there. */
  octets(): Uint8Array {
    return readFileSync(this.file);
  }

  /** One line for each captured packet that matches a filter of tcpdump's, after `stop`. */
  async packets(filter: string = ""): Promise<readonly string[]> {
    const args = ["-nn", "-q", "-r", this.file];
    const text = await run("tcpdump", filter === "" ? args : [...args, filter]);
    return text.split("\n").filter(Boolean);
  }

  /** tcpdump leaves at a signal without reading what the kernel still holds for it: it sleeps when it has read all. */
  async #caughtUp(): Promise<void> {
    await sleep(UNDER_WAY_MS);
    while (this.#tcpdump.isRunning && !isAsleep(this.#tcpdump.pid)) await sleep(LOOK_AGAIN_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tcpdump.kill();
    removeFolder(this.#folder);
  }
}
