import type { Command } from "commander";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { TYPED_FLOR } from "../typed-flor.ts";

/** Words that people try, and what serves their purpose. */
const INSTEAD: Readonly<Record<string, string>> = {
  traceroute: `${TYPED_FLOR} trace PEER shows each node on the way`,
  start: `${TYPED_FLOR} up -c FILE runs a node, systemctl start flor@NAME a service`,
  run: `${TYPED_FLOR} up -c FILE runs a node`,
  stop: "Ctrl-C or SIGTERM stops a node, systemctl stop flor@NAME a service",
  restart: `${TYPED_FLOR} link restart NAME restarts a link, systemctl restart flor@NAME a service`,
  log: `${TYPED_FLOR} logs --follow shows what a running node logs; for one that stopped, journalctl -u flor@NAME`,
  list: `${TYPED_FLOR} peers, links, flows or labels lists them`,
  show: `${TYPED_FLOR} status shows a node, ${TYPED_FLOR} link show NAME a link`,
  connect: `${TYPED_FLOR} up -c FILE runs a node; clients connect to its SOCKS5 inbound`,
  genkey: `${TYPED_FLOR} keygen FILE makes a key`,
  validate: `${TYPED_FLOR} check -c FILE lists what is wrong with a configuration`,
};

/** Answers words that are no commands with what to type instead. */
export function addNearMisses(program: Command): void {
  for (const [word, advice] of Object.entries(INSTEAD)) {
    program
      .command(word, { hidden: true })
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new CommandError(`there is no flor ${word}`, { exitCode: EXIT_USAGE, advice });
      });
  }
}
