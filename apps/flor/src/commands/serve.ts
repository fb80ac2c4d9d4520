import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { askNode } from "../ask-node.ts";
import { CommandError } from "../command-error.ts";
import { listenForStop } from "../stop-request.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";

/** A node forgets a service whose `flor serve` was killed after this long. */
const LEASE_MS = 15_000;
/** `flor serve` says this often that it is there. */
const RENEWAL_MS = 5000;

interface ServeOptions {
  readonly node?: string;
  readonly allow?: readonly string[];
  readonly weight?: number;
  readonly check?: string;
  readonly affinity?: string;
  readonly proxy?: true;
  readonly detach?: true;
}

interface Served {
  readonly name: string;
  readonly target: string;
  readonly allow: readonly string[];
}

/** Adds `flor serve` and `flor unserve`. */
export function addServe(program: Command, terminal: Terminal): void {
  program
    .command("serve")
    .description("publish a server of this machine under a name, until Ctrl-C")
    .argument("<name>", "such as db: others reach it as db.NETWORK; dns/udp is a UDP server")
    .argument("<target>", "HOST:PORT, the path of a Unix socket, or NAME.NETWORK of another network, as a fall-back")
    .option("--node <name>", "which node, when several run")
    .option("--allow <who...>", 'who may use it: member names, role:NAME, user:NAME, USER@NODE; "*" is everybody', [
      "*",
    ])
    .option("--weight <number>", "share of the clients relative to other publishers, 0 to 1000", parseNumber)
    .option("--check <how>", "tcp, none, or the path of a page such as /health")
    .option("--affinity <what>", "what stays with one publisher: flow, client, node or none")
    .option("--proxy", "announce each client to the server by a PROXY protocol header, version 2")
    .option("--detach", "return at once; it stays published until flor unserve, or until the node stops")
    .action(async (name: string, target: string, options: ServeOptions) => {
      const choice = { name: options.node, environment: terminal.environment };
      const lease = options.detach === true ? {} : { lease: LEASE_MS };
      const params = { name, publication: publicationOf(target, options), folder: process.cwd(), ...lease };
      const serve = async (): Promise<Served> => (await askNode(choice, { method: "service.serve", params })) as Served;
      const served = await serve();
      const whom = served.allow.includes("*") ? "everybody in the network" : served.allow.join(", ");
      terminal.write(`${served.name} → ${served.target}, for ${whom}\n`);
      if (options.detach === true) return;
      terminal.write("Ctrl-C withdraws it\n");
      using stop = listenForStop({ stdinEnds: false });
      const stopped = stop.made.then(() => true);
      while (!(await Promise.race([stopped, sleep(RENEWAL_MS, false)]))) await serve();
      await askNode(choice, { method: "service.unserve", params: { name: served.name } });
      terminal.write(`${served.name} is withdrawn; its open connections stay\n`);
    });
  program
    .command("unserve")
    .description("withdraw what flor serve published; open connections stay")
    .argument("<name>", "such as db")
    .option("--node <name>", "which node, when several run")
    .action(async (name: string, { node }: { readonly node?: string }) => {
      const choice = { name: node, environment: terminal.environment };
      await askNode(choice, { method: "service.unserve", params: { name } });
      terminal.write(`${name} is withdrawn; its open connections stay\n`);
    });
}

function publicationOf(target: string, { allow, weight, check, affinity, proxy }: ServeOptions): object {
  return {
    ...placeOf(target),
    allow,
    ...(check === undefined ? {} : { health: healthOf(check) }),
    ...(weight === undefined ? {} : { weight }),
    ...(affinity === undefined ? {} : { affinity }),
    ...(proxy === true ? { proxyProtocol: 2 } : {}),
  };
}

function placeOf(target: string): object {
  if (/^\d+$/.test(target)) return { target: `127.0.0.1:${target}` };
  if (target.includes("/")) return { unix: target };
  return target.includes(":") || !target.includes(".") ? { target } : { service: target };
}

function healthOf(check: string): unknown {
  if (check.startsWith("/")) return { http: check };
  if (check === "tcp" || check === "none") return check;
  throw new CommandError(`--check ${check} is neither tcp, none nor the path of a page`, {
    advice: `${TYPED_FLOR} serve web 127.0.0.1:8080 --check /health`,
  });
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("It must be a whole number, 0 or more.");
}
