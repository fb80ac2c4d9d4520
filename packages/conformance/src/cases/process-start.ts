import type { Bench } from "../bench.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { applies, demand } from "../finding.ts";
import { exitText, type LinkExit } from "../link-child.ts";

const group = "process";
const EXIT_USAGE = 64;
const EXIT_CONFIGURATION = 78;
/** Interpreters and their modules take their time on a busy machine. */
const RUN_MS = 10_000;

/** Starting a link process. */
export const processStartCases: readonly ConformanceCase[] = [
  {
    id: "PROC-01",
    group,
    title: "--flor-io-describe prints one JSON object and exits 0",
    level: "should",
    section: Section.process,
    async run(bench) {
      const { stdout, exit } = await runByHand(bench, ["--flor-io-describe"]);
      demand(exit.code === 0, "exit code 0", `the process ${exitText(exit)}`);
      const described = parse(stdout);
      const { name, version, flor_io: versions, caps } = described ?? {};
      demand(described !== undefined, "one JSON object on standard output", `it printed ${quoted(stdout)}`);
      demand(typeof name === "string" && name !== "", '"name": a text', `"name": ${JSON.stringify(name)}`);
      demand(typeof version === "string", '"version": a text', `"version": ${JSON.stringify(version)}`);
      const speaksVersion1 = Array.isArray(versions) && versions.includes(1);
      demand(speaksVersion1, '"flor_io": a list with 1', `"flor_io": ${JSON.stringify(versions)}`);
      const areTexts = Array.isArray(caps) && caps.every((cap) => typeof cap === "string");
      demand(areTexts, '"caps": a list of texts', `"caps": ${JSON.stringify(caps)}`);
    },
  },
  {
    id: "PROC-02",
    group,
    title: "run by hand, without FLOR_IO, the link explains itself and exits 64",
    level: "must",
    section: Section.process,
    async run(bench) {
      const { stdout, stderr, exit } = await runByHand(bench, []);
      demand(exit.code === EXIT_USAGE, "exit code 64", `the process ${exitText(exit)}`);
      demand((stdout + stderr).trim() !== "", "some words on how it is used", "it printed nothing");
    },
  },
  {
    id: "PROC-08",
    group,
    title: "a value that makes no sense in the configuration ends the process with 78 and the key's name",
    level: "must",
    section: Section.process,
    async run(bench) {
      const config = await bench.config("near");
      const [key] = typeof config === "object" && config !== null ? Object.keys(config) : [];
      applies(key !== undefined, "the configuration has no key to get wrong; give one with --config");
      await expectRefused(bench, { ...(config as object), [key]: { not: ["a", "value"] } }, key);
    },
  },
  {
    id: "PROC-11",
    group,
    title: "a key that the link does not know ends the process with 78 and the key's name",
    level: "should",
    section: Section.process,
    async run(bench) {
      const config = await bench.config("near");
      await expectRefused(bench, { ...(config as object), no_such_key: 1 }, "no_such_key");
    },
  },
  {
    id: "PROC-12",
    group,
    title: "a bootstrap line that is not one ends the process with 64",
    level: "must",
    section: Section.process,
    async run(bench) {
      for (const line of ["not JSON\n", '{"flor_io":{}}\n', "[]\n"]) {
        const link = await bench.start({ line });
        const exit = await link.untilExit(`an end after the line ${JSON.stringify(line)}`, RUN_MS);
        demand(exit.code === EXIT_USAGE, `exit code 64 after ${JSON.stringify(line)}`, `the process ${exitText(exit)}`);
      }
    },
  },
];

async function expectRefused(bench: Bench, config: unknown, key: string): Promise<void> {
  const link = await bench.start({ config });
  const exit = await link.untilExit(`exit code 78 for the configuration ${JSON.stringify(config)}`, RUN_MS);
  demand(exit.code === EXIT_CONFIGURATION, "exit code 78", `the process ${exitText(exit)}; ${link.said}`);
  demand(link.child.output.includes(key), `a message that names the key "${key}"`, link.said);
}

async function runByHand(
  bench: Bench,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exit: LinkExit }> {
  const command = [...bench.options.link.command, ...args];
  const link = await bench.start({ command, isByNode: false });
  const exit = await link.untilExit("an end", RUN_MS);
  return { stdout: link.child.stdout, stderr: link.child.stderr, exit };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
