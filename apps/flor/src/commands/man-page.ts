/** The manual page flor(1), made of the same words as `flor help`. */
import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { VERSION } from "../version.ts";

const FILES: readonly (readonly [string, string])[] = [
  [
    "./flor.yaml, ~/.config/flor/flor.yaml, /etc/flor/flor.yaml",
    "the configuration, where -c names none; see flor.yaml(5)",
  ],
  ["/etc/flor/NAME.yaml", "the configuration of the service flor@NAME"],
  ["$XDG_RUNTIME_DIR/flor, /run/flor", "sockets through which commands talk to running nodes"],
  ["~/.cache/flor", "compiled code; safe to remove"],
];

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ["0", "done"],
  ["1", "it did not work"],
  ["2", "usage or configuration"],
];

/** Adds `flor man`, for those who package flor. */
export function addManPage(program: Command, terminal: Terminal): void {
  program
    .command("man", { hidden: true })
    .description("print the manual page flor(1)")
    .action(() => terminal.write(manPage(program)));
}

/** The page in the man macros of roff. */
export function manPage(program: Command): string {
  const lines = [
    `.TH FLOR 1 "" "flor ${VERSION}" "flor"`,
    ".SH NAME",
    `flor \\- ${roff(lowerFirst(program.description().replace(/\.$/, "")))}`,
    ".SH SYNOPSIS",
    ".B flor",
    roff("[options] COMMAND …"),
    ".SH DESCRIPTION",
    "A program on one machine speaks SOCKS5 or HTTP to its node; the connection crosses to another node, encrypted from",
    "end to end, and leaves there as plain TCP. Links between nodes are processes of their own.",
    ".PP",
    ".B flor demo",
    "shows it on one machine,",
    ".B flor init",
    "begins a configuration,",
    ".B flor up",
    "runs a node.",
    ".SH OPTIONS",
    ...optionLines(program),
    ".SH COMMANDS",
    ...program
      .createHelp()
      .visibleCommands(program)
      .flatMap((command) => commandLines(command)),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => taggedLines(code, meaning)),
    ".SH FILES",
    ...FILES.flatMap(([file, what]) => taggedLines(file, what)),
    ".SH SEE ALSO",
    ".BR flor.yaml (5)",
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(command: Command): readonly string[] {
  const help = command.createHelp();
  const inner = help.visibleCommands(command).filter((one) => one.name() !== "help");
  if (inner.length > 0) return inner.flatMap((one) => commandLines(one));
  return [
    `.SS "${roff(help.commandUsage(command)).replaceAll('"', "\\(dq")}"`,
    roff(sentence(help.commandDescription(command))),
    ...help
      .visibleArguments(command)
      .flatMap((argument) => taggedLines(help.argumentTerm(argument), help.argumentDescription(argument))),
    ...optionLines(command),
  ];
}

function optionLines(command: Command): readonly string[] {
  const help = command.createHelp();
  return help.visibleOptions(command).flatMap((one) => taggedLines(help.optionTerm(one), help.optionDescription(one)));
}

function taggedLines(tag: string, text: string): readonly string[] {
  return [".TP", `\\fB${roff(tag)}\\fR`, roff(text)];
}

/** Text that roff prints as it is: a line of it is no request. */
export function roff(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(
      /\P{ASCII}/gu,
      (character) => `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return escaped.replaceAll(/^(?=[.'])/gm, "\\&");
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
