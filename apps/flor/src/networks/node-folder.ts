import { existsSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { readKeyFile } from "@flor/config";
import type { Identity } from "@flor/quic";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { configFileCandidates } from "../find-config-file.ts";
import type { Terminal } from "../terminal.ts";
import type { MadeKeys } from "./made-keys.ts";

/** Where a configuration lies, or is to lie. */
export interface NodePlace {
  readonly file: string;
  readonly exists: boolean;
}

/** The configuration that is named or found; else where this user's belongs: `/etc/flor` for root. */
export function placeOf(named: string | undefined, { environment }: Terminal): NodePlace {
  const found = named ?? configFileCandidates(environment).find((file) => existsSync(file));
  if (found !== undefined) return { file: found, exists: existsSync(found) };
  const folder = process.getuid?.() === 0 ? "/etc/flor" : join(userFolder(environment), "flor");
  return { file: join(folder, "flor.yaml"), exists: false };
}

/** Where what a network's node hears is kept, if not beside its configuration: a service may not write to `/etc`. */
export function stateOf(file: string): { readonly state?: string } {
  return dirname(resolve(file)) === "/etc/flor" ? { state: "/var/lib/flor" } : {};
}

/** The key beside a configuration that is to be made: the one that lies there, or a new one. @throws CommandError */
export function keyBeside(file: string, made: MadeKeys): Identity {
  const path = join(dirname(file), "flor.key");
  if (!existsSync(path)) return made.make(path, "the node's key");
  const read = readKeyFile(path);
  if ("identity" in read) return read.identity;
  throw new CommandError(read.problem, { exitCode: EXIT_USAGE });
}

/** The first part of the host's name, as far as a member may be called so. */
export function nameOfMachine(): string {
  const name = (hostname().split(".")[0] ?? "").toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ? name : "node";
}

function userFolder(environment: NodeJS.ProcessEnv): string {
  return environment["XDG_CONFIG_HOME"] ?? join(homeOf(), ".config");
}

/** In a container a user may have neither HOME nor an entry in passwd. */
function homeOf(): string {
  try {
    return homedir();
  } catch {
    throw new CommandError("this user has no home folder to write a configuration to", {
      exitCode: EXIT_USAGE,
      advice: "name a file with -c FILE, or set HOME",
    });
  }
}

/** What a configuration that is made for a network begins with. */
export function beginOfConfiguration(name: string, socks5: string): string {
  return `# A flor node. docs/configuration.md has every key; "flor check" lists what is wrong with this file.
name: ${name}
# "flor id" prints the id that this key makes.
key: ./flor.key

# Where clients connect, by SOCKS5. An address that other machines reach needs users.
inbounds:
  - socks5: ${socks5}
`;
}
