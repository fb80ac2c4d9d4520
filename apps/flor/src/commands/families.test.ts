import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { createProgram } from "../command-line.ts";
import type { Terminal } from "../terminal.ts";
import { FAMILIES, familiesOf } from "./families.ts";

const terminal: Terminal = {
  write: () => {},
  writeError: () => {},
  outliveReaders: () => {},
  isInteractive: false,
  isErrorInteractive: false,
  style: createColors(false),
  errorStyle: createColors(false),
  environment: {},
};

async function commandsOf(families: typeof FAMILIES): Promise<readonly string[]> {
  const program = await createProgram(families, terminal);
  return program.commands.map((command) => command.name()).filter((name) => name !== "version");
}

test("each family adds the commands by whose words it is found, and no others", async () => {
  for (const family of FAMILIES.filter(({ words }) => words.length > 0))
    expect(await commandsOf([family])).toEqual(family.words);
});

test("every command that help lists is loaded by its own word", async () => {
  const program = await createProgram(FAMILIES, terminal);
  const listed = program.createHelp().visibleCommands(program);
  const alone = listed.map((command) => command.name()).filter((name) => name !== "help" && name !== "completion");
  expect(alone.length).toBeGreaterThan(30);
  for (const name of alone) expect([name, familiesOf(name).length]).toEqual([name, 1]);
});

test("a word that is no command is met by all of them", () => {
  for (const word of [undefined, "--help", "help", "complete", "man", "traceroute", "statsu"])
    expect(familiesOf(word)).toBe(FAMILIES);
});
