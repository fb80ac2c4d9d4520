/** Completion in shells: what a shell asks at each tab is answered from the table of commands itself. */
import { Argument, type Command } from "commander";
import type { Terminal } from "../terminal.ts";

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_flor() { mapfile -t COMPREPLY < <(flor complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); }
complete -o default -F _flor flor
`,
  zsh: `#compdef flor
_flor() {
  local -a found=("\${(@f)$(flor complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ -n "$found" ]] && compadd -a found || _files
}
if [[ "$funcstack[1]" == _flor ]]; then _flor; else compdef _flor flor; fi
`,
  fish: `function __flor_found
  set -g __flor_words (flor complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  test -n "$__flor_words"
end
complete -c flor -f -n __flor_found -a '$__flor_words'
`,
};

const INSTALL = `
  flor completion bash > ~/.local/share/bash-completion/completions/flor
  flor completion zsh > ~/.zfunc/_flor       (a folder of fpath)
  flor completion fish > ~/.config/fish/completions/flor.fish`;

/** Adds `flor completion`, and what its scripts call. */
export function addCompletion(program: Command, terminal: Terminal): void {
  program
    .command("completion")
    .description("print the completion script of a shell")
    .addArgument(new Argument("<shell>", "which").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", INSTALL)
    .action((shell: string) => terminal.write(SCRIPTS[shell] ?? ""));
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action((words: readonly string[]) =>
      terminal.write(
        completionsOf(program, words)
          .map((word) => `${word}\n`)
          .join(""),
      ),
    );
}

/** What may stand in place of the last of these words; none: a file, perhaps. */
export function completionsOf(program: Command, words: readonly string[]): readonly string[] {
  const current = words.at(-1) ?? "";
  let command = program;
  for (const word of words.slice(0, -1)) {
    command = command.commands.find((one) => one.name() === word) ?? command;
  }
  const options = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
  const commands = command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name());
  const candidates = current.startsWith("-") ? options : commands;
  return candidates.filter((word) => word.startsWith(current));
}
