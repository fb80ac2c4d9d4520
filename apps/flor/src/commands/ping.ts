import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { EchoReport } from "@flor/runtime/control";
import { askNode } from "../ask-node.ts";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { listenForStop } from "../stop-request.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { echoLine, pingSummary, type PingTally } from "../views/ping-view.ts";

interface PingOptions {
  readonly node?: string;
  readonly count?: number;
  readonly interval: number;
  readonly timeout: number;
  readonly size?: number;
  readonly path?: readonly string[];
  readonly json?: true;
}

const RUN_OCTETS = 8;
/** Echoes under way at once: each takes a client of the control socket. */
const UNDER_WAY_MAX = 8;
const INTERVAL_MIN_SECONDS = 0.05;
const TIMEOUT_MAX_SECONDS = 4;

/** Adds `flor ping`. */
export function addPing(program: Command, terminal: Terminal): void {
  program
    .command("ping")
    .description("send echoes to a peer over the path in use, until Ctrl-C; exits with 0 if any came back")
    .argument("<peer>", "a peer, or the beginning of a node's id")
    .option("--node <name>", "which node, when several run")
    .option("-c, --count <number>", "how many", wholeNumber)
    .option("-i, --interval <seconds>", "how far apart", secondsFrom(INTERVAL_MIN_SECONDS, 3600), 1)
    .option("-W, --timeout <seconds>", "how long to wait for each", secondsFrom(0.01, TIMEOUT_MAX_SECONDS), 2)
    .option("-s, --size <octets>", "length of each, there and back", wholeNumber)
    .option("--path <nodes>", "over these nodes, separated by commas, instead of the path in use", listOf)
    .option("--json", "print JSON, one object for each echo")
    .action(async (peer: string, options: PingOptions) => {
      const tally = await ping(peer, options, terminal);
      if (options.json !== true) for (const line of pingSummary(peer, tally)) terminal.write(`${line}\n`);
      if (tally.rttsMs.length === 0)
        throw new CommandError(`no echo came back from ${peer}`, {
          advice: `${TYPED_FLOR} doctor ${peer} says why, ${TYPED_FLOR} trace ${peer} how far they come`,
        });
    });
}

async function ping(peer: string, options: PingOptions, terminal: Terminal): Promise<PingTally> {
  using stop = listenForStop({ stdinEnds: false });
  const givenUp = new AbortController();
  const stopped = stop.made.then(() => {
    givenUp.abort();
    return true;
  });
  const tally: PingTally = { sent: 0, reached: 0, rttsMs: [] };
  const underWay = new Set<Promise<void>>();
  const run = randomBytes(RUN_OCTETS).toString("hex");
  const failures: unknown[] = [];
  for (let sequence = 1; sequence <= (options.count ?? Infinity) && failures.length === 0; sequence += 1) {
    if (sequence > 1 && (await Promise.race([stopped, sleep(options.interval * 1000, false)]))) break;
    if (underWay.size >= UNDER_WAY_MAX) await Promise.race([...underWay, stopped]);
    const one = echo(peer, { run, sequence }, { ...options, signal: givenUp.signal }, terminal, tally)
      .catch((error: unknown) => void (givenUp.signal.aborted || failures.push(error)))
      .then(() => void underWay.delete(one));
    underWay.add(one);
  }
  await Promise.race([Promise.all(underWay), stopped]);
  if (failures.length > 0) throw asUsage(failures[0]);
  return tally;
}

async function echo(
  to: string,
  { run, sequence }: { readonly run: string; readonly sequence: number },
  { node, timeout, size, path, json, signal }: PingOptions & { readonly signal: AbortSignal },
  terminal: Terminal,
  tally: PingTally,
): Promise<void> {
  const params = {
    to,
    run,
    sequence,
    timeoutMs: Math.round(timeout * 1000),
    ...(size === undefined ? {} : { octets: size }),
    ...(path === undefined ? {} : { path }),
  };
  const report = (await askNode(
    { name: node, environment: terminal.environment },
    { method: "echo", params },
    signal,
  )) as EchoReport;
  tally.sent += 1;
  if ("rttMs" in report.outcome) {
    tally.rttsMs.push(report.outcome.rttMs);
    tally.reached = Math.max(tally.reached, report.outcome.reached);
  }
  const text = json === true ? JSON.stringify({ sequence, ...report }) : echoLine(to, sequence, report, terminal.style);
  terminal.write(`${text}\n`);
}

/** As of ping(8): 1 is silence, 2 is all else. */
function asUsage(error: unknown): unknown {
  if (!(error instanceof CommandError)) return error;
  const { message, advice, cause } = error;
  return new CommandError(message, { exitCode: EXIT_USAGE, cause, ...(advice === undefined ? {} : { advice }) });
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError("It must be a whole number, 1 or more.");
}

function secondsFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const seconds = Number(text);
    if (text !== "" && seconds >= least && seconds <= most) return seconds;
    throw new InvalidArgumentError(`It must be a number of seconds from ${least} to ${most}.`);
  };
}

function listOf(text: string): readonly string[] {
  return text.split(",").filter((name) => name !== "");
}
