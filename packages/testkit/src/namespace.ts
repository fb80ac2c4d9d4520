/** Network namespaces: machines of their own, made and removed by tests. Linux, root. */
import { readdirSync } from "node:fs";
import { execa, execaSync } from "execa";
import { atEnd } from "./at-end.ts";
import { requireRoot, requireTools } from "./required-tools.ts";
import { StartedProcess, type StartOptions } from "./started-process.ts";

const PREFIX = "flor-test";
let made = 0;
/** Names of those that this process has made and not removed. */
const living = new Set<string>();

/** Short and unique among the test processes of this machine; device names have 15 octets at most. */
export function uniqueName(stem: string): string {
  made += 1;
  return `${stem}${process.pid.toString(36)}${made.toString(36)}`;
}

/** Runs a program to its end; throws with what it wrote on error when it fails. */
export async function run(command: string, args: readonly string[], input: string = ""): Promise<string> {
  const done = await execa(command, args, { reject: false, input, preferLocal: true, maxBuffer: 1 << 28 });
  if (done.failed) throw new Error(`${done.escapedCommand}: ${done.stderr || done.shortMessage}`);
  return done.stdout;
}

/** A network namespace with its loopback up. Dispose it (`await using`): its processes and devices go with it. */
export class Namespace implements AsyncDisposable {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /** Makes a namespace; `label` is for people who look at `ip netns` meanwhile. */
  static async create(label: string): Promise<Namespace> {
    requireRoot();
    requireTools(["ip"]);
    await removeAbandoned();
    const namespace = new Namespace(`${PREFIX}-${process.pid}-${uniqueName(label)}`);
    atEnd(removeLiving);
    living.add(namespace.name);
    await run("ip", ["netns", "add", namespace.name]);
    await namespace.ip("link", "set", "lo", "up");
    return namespace;
  }

  /** `ip -n NAME …`: devices, addresses, routes of this namespace. */
  ip(...args: readonly string[]): Promise<string> {
    return run("ip", ["-n", this.name, ...args]);
  }

  /** Runs a program inside to its end; resolves to its standard output, throws when it fails. */
  run(command: string, ...args: readonly string[]): Promise<string> {
    return run("ip", ["netns", "exec", this.name, command, ...args]);
  }

  /** Starts a program inside; `ip netns exec` becomes that program, so the pid is its own. */
  start(command: string, args: readonly string[], options: StartOptions = {}): StartedProcess {
    return StartedProcess.start("ip", ["netns", "exec", this.name, command, ...args], options);
  }

  /** Sets a kernel parameter of this namespace, such as `net.ipv4.tcp_congestion_control`. */
  async sysctl(name: string, value: string | number): Promise<void> {
    await this.run("sysctl", "-qw", `${name}=${value}`);
  }

  /** Adds a route, IPv4 or IPv6 by the form of `to`. */
  async route(to: string, via: string): Promise<void> {
    await this.ip("route", "replace", to, "via", via);
  }

  /** Lets it forward packets between its devices, as a router does. */
  async forward(): Promise<void> {
    await this.sysctl("net.ipv4.ip_forward", 1);
    await this.sysctl("net.ipv6.conf.all.forwarding", 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await remove(this.name);
  }
}

async function remove(name: string): Promise<void> {
  const pids = (await execa("ip", ["netns", "pids", name], { reject: false })).stdout.split("\n").filter(Boolean);
  for (const pid of pids) killIfThere(Number(pid));
  await execa("ip", ["netns", "delete", name], { reject: false });
  living.delete(name);
}

/** At the end of this process, where nobody waits any more. */
function removeLiving(): void {
  for (const name of living) {
    const { stdout } = execaSync("ip", ["netns", "pids", name], { reject: false });
    for (const pid of stdout.split("\n").filter(Boolean)) killIfThere(Number(pid));
    execaSync("ip", ["netns", "delete", name], { reject: false });
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Removes what test processes left that were killed before they could clean up. */
async function removeAbandoned(): Promise<void> {
  for (const name of listedNamespaces()) {
    const owner = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) await remove(name);
  }
}

function listedNamespaces(): readonly string[] {
  try {
    return readdirSync("/run/netns");
  } catch {
    // The folder appears with the first namespace.
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
