import { InvalidArgumentError, type Command } from "commander";
import type { Terminal } from "../terminal.ts";

/** The port of SOCKS (RFC 1928 section 3). */
const SOCKS_PORT = 1080;
/** Nodes that stand on top of each other at most (`ANCESTRY_MAX` of Flor IO). */
const LAYERS_MAX = 8;

/** Adds `flor demo`. */
export function addDemo(program: Command, terminal: Terminal): void {
  program
    .command("demo")
    .description("run two nodes on this machine, to try flor without a configuration")
    .option("--check", "send traffic through it, report the results, and exit")
    .option("--port <number>", `SOCKS5 port; ${SOCKS_PORT}, or the next free one, by default`, parsePort, SOCKS_PORT)
    .option("--layers <number>", `stacked nodes on each side, 1 to ${LAYERS_MAX}`, parseLayers, 1)
    .action(async (options: { check?: true; port: number; layers: number }, command: Command) => {
      const { runDemo } = await import("../demo/run-demo.ts");
      const { port, layers } = options;
      const isPortFixed = command.getOptionValueSource("port") === "cli";
      await runDemo({ port, isPortFixed, layers, check: options.check === true }, terminal);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 0xffff) return port;
  throw new InvalidArgumentError("A port must be a number from 1 to 65535.");
}

function parseLayers(text: string): number {
  const layers = Number(text);
  if (Number.isInteger(layers) && layers >= 1 && layers <= LAYERS_MAX) return layers;
  throw new InvalidArgumentError(`The number of layers must be from 1 to ${LAYERS_MAX}.`);
}
