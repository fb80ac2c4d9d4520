import { InvalidArgumentError, type Command } from "commander";
import type { Terminal } from "../terminal.ts";

/** The port of SOCKS (RFC 1928 section 3). */
const SOCKS_PORT = 1080;

/** Adds `flor demo`. */
export function addDemo(program: Command, terminal: Terminal): void {
  program
    .command("demo")
    .description("run two nodes on this machine, to try flor without a configuration")
    .option("--check", "send traffic through, say what came of it, and end")
    .option("--port <number>", "SOCKS5 port; the next free one when it is taken", parsePort, SOCKS_PORT)
    .action(async (options: { check?: true; port: number }) => {
      const { runDemo } = await import("../demo/run-demo.ts");
      await runDemo({ port: options.port, check: options.check === true }, terminal);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 0xffff) return port;
  throw new InvalidArgumentError("A port is a number from 1 to 65535.");
}
