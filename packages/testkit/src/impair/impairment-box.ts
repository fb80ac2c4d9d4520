/** A path between two namespaces that delays, loses, damages and throttles: a process with two TUN devices. */
import { fileURLToPath } from "node:url";
import type { Impairments } from "@flor/impairment";
import { type Namespace, run, uniqueName } from "../namespace.ts";
import { StartedProcess } from "../started-process.ts";
import { bringUp, type VethEnd } from "../veth.ts";
import type { BoxCounts, BoxOrder } from "./box-order.ts";

const ANSWER_TIMEOUT_MS = 200_000;
/** Packets that the kernel holds for the box when it is not fast enough. */
const DEVICE_QUEUE_PACKETS = 5_000;
/** Corruption that hit the IP header would only look like loss. */
const IP_HEADER_OCTETS = 20;

export interface BoxOptions {
  /** Repeats a run, as far as packets come in the same order. @default 1 */
  readonly seed?: number;
  /** MTU of both devices; `Impairments.mtuOctets` is the one that nobody is told. @default 1500 */
  readonly mtuOctets?: number;
  /** Both ways. */
  readonly impairments?: Impairments;
}

/** A running box. Dispose it (`await using`), and its devices are gone. */
export class ImpairmentBox implements AsyncDisposable {
  /** For CPU accounting, and to suspend it. */
  readonly process: StartedProcess;
  /** Names of its devices, the left one first. */
  readonly devices: readonly [string, string];
  #ordered = 0;

  private constructor(process: StartedProcess, devices: readonly [string, string]) {
    this.process = process;
    this.devices = devices;
  }

  /** Joins two namespaces through a box, each with its addresses on a device of the box. */
  static async between(left: VethEnd, right: VethEnd, options: BoxOptions = {}): Promise<ImpairmentBox> {
    const devices = [uniqueName("fb"), uniqueName("fb")] as const;
    const both = spareHeader(options.impairments ?? {});
    const order: BoxOrder = { toRight: both, toLeft: both, seed: options.seed ?? 1 };
    const main = fileURLToPath(new URL("main.ts", import.meta.url));
    const started = StartedProcess.start(process.execPath, [main, ...devices, JSON.stringify(order)]);
    await started.waitForOutput(/"ready":true/);
    await place(left, devices[0], options.mtuOctets ?? 1500);
    await place(right, devices[1], options.mtuOctets ?? 1500);
    return new ImpairmentBox(started, devices);
  }

  /** Changes both directions; resolves once the box has. */
  async change(impairments: Impairments): Promise<BoxCounts> {
    return this.#order({ toRight: spareHeader(impairments), toLeft: spareHeader(impairments) });
  }

  /** Changes what goes from left to right. */
  async changeToRight(impairments: Impairments): Promise<BoxCounts> {
    return this.#order({ toRight: spareHeader(impairments) });
  }

  /** Changes what goes from right to left. */
  async changeToLeft(impairments: Impairments): Promise<BoxCounts> {
    return this.#order({ toLeft: spareHeader(impairments) });
  }

  /** What happened to the packets so far. */
  async counts(): Promise<BoxCounts> {
    return this.#order({});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop();
  }

  async #order(order: BoxOrder): Promise<BoxCounts> {
    this.#ordered += 1;
    const number = this.#ordered;
    const answer = this.process.waitForOutput(
      new RegExp(`^\\{"counts":(.*),"order":${number}\\}$`, "m"),
      ANSWER_TIMEOUT_MS,
    );
    this.process.write(`${JSON.stringify({ ...order, number })}\n`);
    return JSON.parse((await answer)[1]!) as BoxCounts;
  }
}

function spareHeader(impairments: Impairments): Impairments {
  return { sparedOctets: IP_HEADER_OCTETS, ...impairments };
}

async function place(end: VethEnd, device: string, mtuOctets: number): Promise<void> {
  const { namespace }: { namespace: Namespace } = end;
  await run("ip", ["link", "set", device, "netns", namespace.name]);
  await namespace.ip("link", "set", device, "txqueuelen", String(DEVICE_QUEUE_PACKETS));
  await bringUp(end, device, mtuOctets);
}
