/**
 * What happens when a link program is run: by a node, by hand, or to say what it is.
 */
import { decodeBootstrap } from "@flor/io";
import { ExitCode } from "./exit-code.ts";
import { readBootstrapLine } from "./lifeline.ts";
import type { LinkDefinition } from "./link-definition.ts";
import { exitCodeOf, KIT_CAPABILITIES, LinkProcess, messageOf } from "./link-process.ts";

/** Runs a link program; it ends the process. */
export async function runLink<Config>(definition: LinkDefinition<Config>): Promise<void> {
  if (process.argv.includes("--flor-io-describe")) return describe(definition);
  if (process.env["FLOR_IO"] !== "1") return explain(definition);
  ignoreClosedOutput();
  try {
    const bootstrap = decodeBootstrap(await readBootstrapLine());
    if ("error" in bootstrap) return exit(ExitCode.usage, bootstrap.error);
    await new LinkProcess(definition, bootstrap).run();
  } catch (error) {
    exit(exitCodeOf(error), messageOf(error));
  }
}

function describe<Config>({ name, version, capabilities = [], configSchema = {} }: LinkDefinition<Config>): void {
  const description = {
    name,
    version,
    flor_io: [1],
    caps: [...capabilities, ...KIT_CAPABILITIES],
    config_schema: configSchema,
  };
  process.stdout.write(`${JSON.stringify(description)}\n`);
}

function explain<Config>({ name, version }: LinkDefinition<Config>): void {
  process.stderr.write(
    `${name} ${version} is a link of flor: a node starts it. List it in flor.yaml:\n\n` +
      `  links:\n    - { name: ${name}, kind: process, command: [${process.argv
        .slice(0, 2)
        .map((part) => JSON.stringify(part))
        .join(", ")}] }\n\n` +
      `With --flor-io-describe it says what it can; "flor link test -- COMMAND" tries it.\n`,
  );
  process.exitCode = ExitCode.usage;
}

/** The node closed our output: logs go nowhere, and that must not end the link. */
function ignoreClosedOutput(): void {
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
}

function exit(code: number, message: string): void {
  process.stderr.write(`${JSON.stringify({ level: "error", msg: message })}\n`, () => process.exit(code));
}
