/** What finds ways through the diamond: routing daemons of Debian, by the kernel's routes, and flor, by its labels. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "@flor/testkit";
import type { Field, Machine } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";

/** Where datagrams arrive on east. */
const PROBE_PORT = 7000;

/** An address and a port. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** One way of finding ways, running on all machines. Dispose it before the field. */
export interface Routing extends AsyncDisposable {
  /** Processes that do it, without their children. */
  readonly pids: readonly number[];
  /** Where west sends datagrams for east. */
  readonly entrance: Place;
  /** Where they arrive on east. */
  readonly target: Place;
}

/** How a daemon is started, given the file of its configuration and a folder of its own. */
interface Daemon {
  readonly config: (machine: Machine) => string;
  readonly command: (file: string, folder: string) => readonly [string, ...string[]];
}

const babelConfig = (hello: string) => (machine: Machine) =>
  [
    "reflect-kernel-metric true",
    ...machine.cables.map(({ device }) => `interface ${device} type wired ${hello}`),
    `redistribute local ip ${machine.address}/32 allow`,
    "redistribute local deny",
    "",
  ].join("\n");

const babelCommand: Daemon["command"] = (file, folder) => [
  "babeld",
  "-c",
  file,
  "-I",
  join(folder, "pid"),
  "-S",
  join(folder, "state"),
];

/** RFC 8966 with what babeld does by itself: hellos each 4 s on cables. */
export const babeld: Daemon = { config: babelConfig(""), command: babelCommand };
/** As often as flor: hellos each 300 ms. */
export const fastBabeld: Daemon = {
  config: babelConfig("hello-interval 0.3 update-interval 1.2"),
  command: babelCommand,
};
/** OSPF, RFC 2328, and BFD, RFC 5880, with 300 ms and three of them. */
export const bird: Daemon = {
  config: (machine) => `
router id ${machine.address};
protocol device { }
protocol kernel { ipv4 { export all; }; }
protocol bfd { interface "*" { interval 300 ms; multiplier 3; }; }
protocol ospf v2 {
  ipv4 { import all; export none; };
  area 0 {
    interface "lo" { stub yes; };
${machine.cables.map(({ device }) => `    interface "${device}" { type ptp; bfd yes; hello 1; };`).join("\n")}
  };
}
`,
  command: (file, folder) => ["bird", "-f", "-c", file, "-s", join(folder, "control")],
};

/** Starts a daemon on each machine. */
export async function startDaemons(field: Field, daemon: Daemon): Promise<Routing> {
  await using owned = new AsyncDisposableStack();
  const pids = field.machines.map((machine) => {
    const folder = makeFolder(`flor-${machine.name}-`);
    owned.defer(() => removeFolder(folder));
    const file = join(folder, "config");
    writeFileSync(file, daemon.config(machine));
    return owned.use(machine.namespace.start(...splitCommand(daemon.command(file, folder)))).pid;
  });
  const kept = owned.move();
  const target = { host: field.machine("east").address, port: PROBE_PORT };
  return { pids, entrance: target, target, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function splitCommand([program, ...args]: readonly [string, ...string[]]): [string, string[]] {
  return [program, args];
}

/** Starts a node on each machine, with a udp link each, and a flow of datagrams from west to east. */
export async function startFlor(field: Field, program: string): Promise<Routing> {
  const nodes = await FieldNodes.start(field, { program, flows: [{ from: "west", to: "east" }] });
  const [flow] = nodes.flows;
  const pids = nodes.all.map((node) => node.process.pid);
  const entrance = { host: "127.0.0.1", port: flow!.datagramPort };
  return { pids, entrance, target: flow!.target, [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose]() };
}
