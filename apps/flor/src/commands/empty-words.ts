import type { Command } from "commander";
import { CommandError, EXIT_USAGE } from "../command-error.ts";

/** Options to which an empty word means something, as their help says. */
const MAY_BE_EMPTY: ReadonlySet<string | undefined> = new Set(["--peer-address"]);

/** Refuses arguments and options that are there and empty, as of a variable of a script that is not set. */
export function refuseEmptyWords(program: Command): void {
  program.hook("preAction", (_program, command) => {
    for (const [index, argument] of command.registeredArguments.entries())
      // The words of a program's own command line may be anything.
      if (!argument.variadic && command.args[index] === "") throw emptyWord(argument.name());
    for (const option of command.options) {
      const name = option.attributeName();
      // A default may be empty.
      const isGiven = command.getOptionValueSource(name) === "cli";
      if (isGiven && !MAY_BE_EMPTY.has(option.long) && command.getOptionValue(name) === "")
        throw emptyWord(option.long ?? option.flags);
    }
  });
}

function emptyWord(name: string): CommandError {
  return new CommandError(`${name} is empty`, { exitCode: EXIT_USAGE, advice: "give it a value, or leave it out" });
}
