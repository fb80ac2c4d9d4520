import { readFileSync } from "node:fs";
import { writeFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { CaseResult, KitOptions } from "@flor/conformance";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { EXIT_INTERRUPTED, listenForStop } from "../stop-request.ts";
import type { Terminal } from "../terminal.ts";

interface LinkTestOptions {
  readonly group?: readonly string[];
  readonly case?: readonly string[];
  readonly config: unknown;
  readonly peerConfig?: unknown;
  readonly address: string;
  readonly peerAddress?: string;
  readonly said?: RegExp;
  readonly pair?: true;
  readonly impair?: string;
  readonly report?: "tap" | "junit" | "json";
  readonly out?: string;
  readonly seed?: number;
  readonly patience?: number;
}

/** What is left of cases ends the process no later than this. */
const LEFTOVER_MS = 2000;
const PATIENCE_MAX = 100;
const DEFAULT_CONFIG = '{"listen":"127.0.0.1:{port}"}';
const DEFAULT_ADDRESS = "127.0.0.1:{peerPort}";
const EXAMPLES = `
In templates {port} is a free port of the instance's own, {peerPort} that of the other one (or of the relay
between them), {name} and {peer} are "near" and "far", {dir} is a folder that both share.

  flor link test -- python3 my-link.py
  flor link test --group handshake,data --impair loss=2%,delay=20ms -- ./my-link
  flor link test --case DATA-02 --out captures --config '{"listen":"127.0.0.1:{port}"}' -- ./my-link

Exit codes: 0 it conforms, 1 it does not, 2 usage, or there is no such program`;
const UNTRIED_ADVICE = "every case was skipped, and says why; a shell that finds no program exits with 127, too";

/** Adds `flor link test`. */
export function addLinkTest(link: Command, terminal: Terminal): void {
  link
    .command("test")
    .description("play the node against a link command, and say whether it keeps the contract")
    .argument("<command...>", "the link's program and its arguments, after --")
    .option("--group <names>", "only these groups of cases", listOf)
    .option("--case <ids>", "only these cases", listOf)
    .option(
      "--config <json>",
      "template of the configuration, JSON or a file with it",
      parseJson,
      JSON.parse(DEFAULT_CONFIG),
    )
    .option("--peer-config <json>", "likewise, of the far instance", parseJson)
    .option("--address <template>", "the address by which one instance reaches the other", DEFAULT_ADDRESS)
    .option("--peer-address <template>", "likewise, of the far instance; empty: it waits to be reached")
    .option("--said <regexp>", "what an instance prints of itself; the first group is {said} in addresses", parseRegExp)
    .option("--pair", "join the two instances through a UDP relay, not directly")
    .option("--impair <list>", "what the relay does, e.g. loss=2%,reorder=1%,dup=1%,delay=20ms")
    .addOption(new Option("--report <format>", "print this instead of text").choices(["tap", "junit", "json"]))
    .option("--out <folder>", "keep frames.pcapng and what was printed, for each case")
    .option("--seed <number>", "repeat the choices of an earlier run", parseSeed)
    .option(
      "--patience <factor>",
      "let every time limit be so many times as long: a slow or busy machine",
      parsePatience,
    )
    .addHelpText("after", EXAMPLES)
    .action(async (command: string[], options: LinkTestOptions) => runLinkTest(command, options, terminal));
}

async function runLinkTest(command: readonly string[], options: LinkTestOptions, terminal: Terminal): Promise<void> {
  const {
    chooseCases,
    faultOfStart,
    isFatal,
    isUntried,
    parseImpairments,
    resultText,
    runCases,
    summaryLine,
    TurnWatch,
  } = await import("@flor/conformance");
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const impairments = usage(() =>
    options.impair === undefined ? {} : { impairments: parseImpairments(options.impair) },
  );
  const cases = usage(() => chooseCases({ groups: options.group ?? [], ids: options.case ?? [] }));
  const isRelayed = options.pair === true || options.impair !== undefined;
  const { patience = 1 } = options;
  const kit: KitOptions = {
    link: linkUnderTest(command, options),
    seed,
    patience,
    isRelayed,
    ...impairments,
    ...outOf(options),
  };
  const fault = await faultOfStart(kit.link.command);
  if (fault !== undefined) throw new CommandError(fault, { exitCode: EXIT_USAGE });
  const isText = options.report === undefined;
  using stop = listenForStop({ stdinEnds: false });
  using _watch = new TurnWatch();
  const abort = new AbortController();
  void stop.made.then(() => abort.abort());
  if (isText) terminal.write(`seed ${seed}\n`);
  const results = await runCases(cases, kit, {
    handleResult: (result) => {
      if (isText) terminal.write(`${resultText(result)}\n`);
    },
    signal: abort.signal,
  });
  // A case that was given up may still wait for something.
  setTimeout(() => process.exit(), LEFTOVER_MS).unref();
  if (abort.signal.aborted) throw new CommandError("stopped before the end", { exitCode: EXIT_INTERRUPTED });
  if (!isText) await report(results, options, seed, terminal);
  (isText ? terminal.write : terminal.writeError)(`${summaryLine(results)}\n`);
  const failed = results.filter(isFatal).length;
  if (isUntried(results)) throw new CommandError("nothing is known of this link", { advice: UNTRIED_ADVICE });
  if (failed > 0) throw new CommandError(`${failed} of ${results.length} cases failed`, adviceOf(options, seed));
}

async function report(
  results: readonly CaseResult[],
  { report: format, out }: LinkTestOptions,
  seed: number,
  terminal: Terminal,
): Promise<void> {
  const { jsonReport, junitReport, tapReport } = await import("@flor/conformance");
  const text =
    format === "tap" ? tapReport(results) : format === "junit" ? junitReport(results) : jsonReport(results, seed);
  terminal.write(text);
  if (out === undefined) return;
  await mkdir(out, { recursive: true });
  const extension = format === "junit" ? "xml" : (format ?? "txt");
  await writeFile(join(out, `report.${extension}`), text);
}

function linkUnderTest(command: readonly string[], options: LinkTestOptions): KitOptions["link"] {
  const [program = "", ...args] = command;
  const { config, address, peerConfig, peerAddress, said } = options;
  return {
    command: [program, ...args],
    config,
    address,
    ...(peerConfig === undefined ? {} : { peerConfig }),
    ...(peerAddress === undefined ? {} : { peerAddress }),
    ...(said === undefined ? {} : { said }),
  };
}

function outOf({ out }: LinkTestOptions): { readonly out?: string } {
  return out === undefined ? {} : { out };
}

function adviceOf({ out }: LinkTestOptions, seed: number): { readonly advice: string } {
  const capture = out === undefined ? ", --out FOLDER keeps its frames" : "";
  return { advice: `--case ID --seed ${seed} runs one again${capture}` };
}

function usage<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(error.message, { exitCode: EXIT_USAGE });
  }
}

function listOf(text: string): string[] {
  return text.split(",").map((item) => item.trim());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(/^\s*[[{"]/.test(text) ? text : readFileSync(text, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(`It is neither JSON nor a file with JSON: ${reason}`);
  }
}

function parseRegExp(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function parsePatience(text: string): number {
  const patience = Number(text);
  if (patience >= 1 && patience <= PATIENCE_MAX) return patience;
  throw new InvalidArgumentError(`A patience is a number from 1 to ${PATIENCE_MAX}.`);
}

function parseSeed(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A seed is a whole number.");
}
