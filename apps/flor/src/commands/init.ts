import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createKeyFile, NAME } from "@flor/config";
import type { Command } from "commander";
import { CommandError } from "../command-error.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";

interface InitOptions {
  readonly name?: string;
  readonly listen: string;
}

/** Adds `flor init`. */
export function addInit(program: Command, terminal: Terminal): void {
  program
    .command("init")
    .description("write a first configuration and a key, and print what the other side needs")
    .argument("[folder]", "where to", ".")
    .option("--name <name>", "the node's name; by default this machine's")
    .option("--listen <address>", "where other nodes reach it, UDP", "0.0.0.0:4600")
    .action((folder: string, options: InitOptions) => terminal.write(`${init(folder, options).join("\n")}\n`));
}

function init(folder: string, { name = nameOfMachine(), listen }: InitOptions): readonly string[] {
  const [file, key] = [join(folder, "flor.yaml"), join(folder, "flor.key")];
  const { id } = writing(key, () => createKeyFile(key));
  writing(file, () => writeFileSync(file, configuration(name, id, listen), { flag: "wx", mode: 0o644 }));
  const port = listen.slice(listen.lastIndexOf(":"));
  return [
    `wrote ${file} and ${key}`,
    "",
    "The other side's peers need this, with the address by which it reaches this machine:",
    "",
    `  - { name: ${name}, id: ${id}, link: wan, address: "ADDRESS${port}" }`,
    "",
    `Put its block under peers of ${file}, then: ${TYPED_FLOR} up -c ${file}`,
  ];
}

function writing<Result>(file: string, write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "EEXIST" ? "it exists, and is never overwritten" : message;
    throw new CommandError(`${file} cannot be written: ${reason}`, { advice: "choose another folder", cause });
  }
}

/** The first part of the host's name, as far as a node may be called so. */
function nameOfMachine(): string {
  const name = (hostname().split(".")[0] ?? "").toLowerCase();
  return NAME.test(name) ? name : "node";
}

function configuration(name: string, id: string, listen: string): string {
  return `# A flor node. docs/configuration.md has every key; "flor check" lists what is wrong with this file.
name: ${name}
# Its id is ${id}
key: ./flor.key

# Where clients connect, by SOCKS5 or HTTP. An address that other machines reach needs users or allow.
inbounds:
  - proxy: 127.0.0.1:1080

# What peers may reach from here. Without a rule nothing goes out.
# outbounds:
#   - tcp: { allow: ["*"] }

# How frames reach other nodes: separate programs, here over UDP.
links:
  - { name: wan, kind: udp, listen: "${listen}" }

# The nodes that this one talks to. "flor init" on the other machine prints its line.
# peers:
#   - { name: home, id: flor1…, link: wan, address: "203.0.113.7:4600" }

# Which peer lets a destination out; the first match wins.
# routes:
#   - { to: "*", through: home }
`;
}
