import { existsSync } from "node:fs";
import { issueText, loadConfig, type Config } from "@flor/config";
import { shellWord } from "@flor/machine";
import { TYPED_FLOR } from "./typed-flor.ts";
import { CommandError, EXIT_USAGE } from "./command-error.ts";
import { findConfigFile } from "./find-config-file.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The configuration that the user means; its issues go to standard error, each on a line of its own.
 *
 * @throws CommandError when there is none, or something is wrong with it
 */
export function loadConfigOrFail(named: string | undefined, terminal: Terminal): Config {
  const file = findConfigFile(named, terminal.environment);
  const loaded = loadConfig(file);
  if ("config" in loaded) return loaded.config;
  for (const issue of loaded.issues) terminal.writeError(`${issueText(issue)}\n`);
  const count = loaded.issues.length === 1 ? "1 issue" : `${loaded.issues.length} issues`;
  throw new CommandError(`${count} in ${file}`, {
    exitCode: EXIT_USAGE,
    advice: existsSync(file)
      ? `repair ${file}, then: ${TYPED_FLOR} check -c ${shellWord(file)}`
      : `to write a first one: ${TYPED_FLOR} init`,
  });
}
