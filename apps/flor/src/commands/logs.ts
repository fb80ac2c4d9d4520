import type { Command } from "commander";
import type { LogsAnswer } from "@flor/runtime/control";
import { askNode } from "../ask-node.ts";
import { listenForStop } from "../stop-request.ts";
import type { Terminal } from "../terminal.ts";
import { logText } from "../views/log-view.ts";

interface LogsOptions {
  readonly node?: string;
  readonly level: keyof typeof LEVELS;
  readonly follow?: true;
  readonly json?: true;
}

/** Severities by the number that stands in a line. */
const LEVELS = { error: 50, warn: 40, info: 30, debug: 20 } as const;

/** Adds `flor logs`. */
export function addLogs(program: Command, terminal: Terminal): void {
  const command = program.command("logs").description("print what a running node logged recently");
  command
    .option("--node <name>", "which node, when several run")
    .addOption(command.createOption("--level <level>", "least severity").choices(Object.keys(LEVELS)).default("debug"))
    .option("-f, --follow", "keep printing new lines, until Ctrl-C")
    .option("--json", "print the lines as JSON objects, one per line")
    .action((options: LogsOptions) => printLogs(options, terminal));
}

async function printLogs(options: LogsOptions, terminal: Terminal): Promise<void> {
  const choice = { name: options.node, environment: terminal.environment };
  const ask = async (after: number, wait: boolean): Promise<LogsAnswer> =>
    (await askNode(choice, { method: "logs", params: { after, wait, level: LEVELS[options.level] } })) as LogsAnswer;
  const print = (lines: readonly string[]): void => {
    for (const line of lines) terminal.write(options.json === true ? `${line}\n` : logText(line, terminal.style));
  };
  const first = await ask(0, false);
  if (first.lost > 0) terminal.writeError(`${olderLines(first)}\n`);
  print(first.lines);
  if (options.follow !== true) return;
  using stop = listenForStop({ stdinEnds: false });
  const stopped = stop.made.then(() => undefined);
  for (let after = first.next; ;) {
    const answer = await Promise.race([stopped, ask(after, true)]);
    if (answer === undefined) return;
    // Another run of the node: its log begins again.
    const isAnother = answer.next < after;
    if (!isAnother && answer.lost > 0) terminal.writeError(`${olderLines(answer)}\n`);
    print(answer.lines);
    after = isAnother ? 0 : answer.next;
  }
}

function olderLines({ lost, goesTo }: LogsAnswer): string {
  const where = {
    journal: "they are in the journal, journalctl has them",
    file: `they are in ${goesTo.kind === "file" ? goesTo.path : ""}`,
    terminal: "they were on its terminal",
    elsewhere: "they went to whatever reads its standard error",
  }[goesTo.kind];
  return `${lost} older lines are not kept: ${where}`;
}
