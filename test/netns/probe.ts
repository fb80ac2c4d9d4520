/** A stream of datagrams, one a millisecond, from one machine to another: how long it stood still, and what was lost. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Namespace, StartedProcess } from "@flor/testkit";

const END = fileURLToPath(new URL("probe-end.ts", import.meta.url));
const LOOK_MS = 250;
/** Datagrams come again. */
const FLOWING_MS = 100;
const ANSWER_MAX_MS = 30_000;
const FLOW_AGAIN_MAX_MS = 60_000;

/** What came since {@link Probe.begin}. */
export interface ProbeReport {
  /** The longest time without a datagram. */
  readonly longestMs: number;
  /** The time since the last one. */
  readonly sinceMs: number;
  readonly received: number;
  /** Of those between the first and the last that came. */
  readonly lost: number;
}

/** Where one end of a probe is: what it sends to, or listens on. */
export interface ProbePlace {
  readonly namespace: Namespace;
  readonly host: string;
  readonly port: number;
}

/** See the head of this file. Dispose it (`await using`), and both ends are gone. */
export class Probe implements AsyncDisposable {
  readonly #sender: StartedProcess;
  readonly #receiver: StartedProcess;

  private constructor(sender: StartedProcess, receiver: StartedProcess) {
    this.#sender = sender;
    this.#receiver = receiver;
  }

  /** Starts both ends; resolves when datagrams arrive. */
  static async start(from: ProbePlace, to: ProbePlace): Promise<Probe> {
    const receiver = startEnd("receive", to);
    await receiver.waitForOutput(/listening/);
    const probe = new Probe(startEnd("send", from), receiver);
    await probe.waitForFlow();
    return probe;
  }

  /** Forgets what came so far; resolves when it has. */
  async begin(): Promise<void> {
    await this.#ask("SIGHUP", /begun anew\n/);
  }

  async report(): Promise<ProbeReport> {
    return JSON.parse(await this.#ask("SIGUSR2", /\{.*\}\n/)) as ProbeReport;
  }

  /** Waits until datagrams come; throws when none comes for a minute. */
  async waitForFlow(): Promise<ProbeReport> {
    const until = performance.now() + FLOW_AGAIN_MAX_MS;
    while (performance.now() < until) {
      const report = await this.report();
      if (report.received > 0 && report.sinceMs < FLOWING_MS) return report;
      await sleep(LOOK_MS);
    }
    throw new Error(`no datagram came for ${FLOW_AGAIN_MAX_MS} ms`);
  }

  /** Does something to the way, and waits until datagrams come again after it; what came since it began. */
  async during(happening: () => Promise<void>): Promise<ProbeReport> {
    await this.begin();
    await happening();
    await sleep(LOOK_MS);
    return this.waitForFlow();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#sender.stop(), this.#receiver.stop()]);
  }

  #ask(signal: NodeJS.Signals, answer: RegExp): Promise<string> {
    const length = this.#receiver.output.length;
    this.#receiver.signal(signal);
    const look = (): string | undefined => answer.exec(this.#receiver.output.slice(length))?.[0];
    return this.#receiver.waitUntil(look, "an answer", ANSWER_MAX_MS);
  }
}

function startEnd(role: "send" | "receive", { namespace, host, port }: ProbePlace): StartedProcess {
  return namespace.start(process.execPath, [END, role, host, String(port)]);
}
