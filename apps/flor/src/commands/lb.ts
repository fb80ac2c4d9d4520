import type { Command } from "commander";
import type { FoundService, ServiceExplanation, ServiceSimulation } from "@flor/node";
import type { ServicesAnswer } from "@flor/runtime/control";
import { askNode } from "../ask-node.ts";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import type { Terminal } from "../terminal.ts";
import { explanationView, simulationView, usesView } from "../views/lb-view.ts";

interface LbOptions {
  readonly node?: string;
  readonly json?: true;
}

interface ExplainOptions extends LbOptions {
  readonly client?: string;
  readonly user?: string;
}

interface SimulateOptions extends LbOptions {
  readonly remove?: string;
  readonly weight?: string;
}

interface Changed {
  readonly name: string;
  readonly state: string;
  readonly weight: number;
}

/** Adds `flor lb`: how flows are spread over the publishers of a name. */
export function addLb(program: Command, terminal: Terminal): void {
  const lb = program
    .command("lb")
    .description("show and control how clients are spread over the publishers of a service");
  const command = (name: string, description: string): Command =>
    lb
      .command(name)
      .description(description)
      .option("--node <name>", "which node, when several run")
      .option("--json", "print JSON");
  const ask = async (options: LbOptions, method: string, params: Record<string, unknown>): Promise<unknown> =>
    askNode({ name: options.node, environment: terminal.environment }, { method: `service.${method}`, params });
  const print = (answer: unknown, options: LbOptions, lines: () => readonly string[]): void =>
    terminal.write(`${options.json === true ? JSON.stringify(answer, null, 2) : lines().join("\n")}\n`);

  command("show", "show the services used from here: tables, publishers, figures")
    .argument("[name]", "one of them, as in db.team")
    .action(async (name: string | undefined, options: LbOptions) => {
      const found =
        name === undefined
          ? ((await ask(options, "list", {})) as ServicesAnswer).found
          : [(await ask(options, "lookup", { name })) as FoundService];
      print(found, options, () => usesView(found, terminal.style));
    });
  command("explain", "say where a client's connection goes, and why not elsewhere")
    .argument("<name>", "such as db.team")
    .option("--client <address>", "address of the client, with its port if that matters: 10.0.0.7:4711")
    .option("--user <name>", "as who")
    .action(async (name: string, options: ExplainOptions) => {
      const { client = "", user } = options;
      const explanation = (await ask(options, "explain", { name, client, user })) as ServiceExplanation;
      print(explanation, options, () => explanationView(explanation, terminal.style));
    });
  command("simulate", "say what a change would move; nothing changes")
    .argument("<name>", "such as db.team")
    .option("--remove <publisher>", "this publisher leaves")
    .option("--weight <publisher=number>", "this publisher gets another weight")
    .action(async (name: string, options: SimulateOptions) => {
      const simulation = (await ask(options, "simulate", { name, ...changeOf(options) })) as ServiceSimulation;
      print(simulation, options, () => simulationView(simulation, terminal.style));
    });
  const steer = (method: string, params: Record<string, unknown>) => async (name: string, options: LbOptions) => {
    const changed = (await ask(options, method, { name, ...params, ...options })) as Changed;
    print(changed, options, () => [`${changed.name} at this node: ${changed.state}, weight ${changed.weight}`]);
  };
  command("drain", "send no new clients to this node's service; open connections stay")
    .argument("<name>", "a service of this node")
    .option("--now", "also reset its open connections")
    .action(steer("drain", {}));
  command("enable", "undo drain and weight").argument("<name>", "a service of this node").action(steer("enable", {}));
  command("weight", "change the share of clients of this node's service, until enable or a restart")
    .argument("<name>", "a service of this node")
    .argument("<number>", "0 to 1000; 0 takes no new clients")
    .action((name: string, weight: string, options: LbOptions) => {
      if (!/^\d+$/.test(weight)) throw new CommandError(`a weight is a whole number from 0 to 1000, not ${weight}`);
      return steer("weight", { weight })(name, options);
    });
}

function changeOf({ remove, weight }: SimulateOptions): Record<string, unknown> {
  if (remove !== undefined) return { remove };
  const [, node, number] = /^(.+)=(\d+)$/.exec(weight ?? "") ?? [];
  if (node !== undefined) return { node, weight: Number(number) };
  throw new CommandError("say what to try: --remove PUBLISHER or --weight PUBLISHER=NUMBER", { exitCode: EXIT_USAGE });
}
