/** What finds ways through the diamond: routing daemons of Debian, by the kernel's routes, and flor, by its labels. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeProcess } from "@flor/testkit";
import type { Diamond, Machine } from "./diamond.ts";

/** Where datagrams arrive on east, and where they enter flor on west. */
export const PROBE_PORT = 7000;
const LINK_PORT = 4600;

/** One way of finding ways, running on all machines. Dispose it before the diamond. */
export interface Routing extends AsyncDisposable {
  /** Processes that do it, without their children. */
  readonly pids: readonly number[];
  /** Where west sends datagrams for east. */
  readonly destination: string;
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
export async function startDaemons(diamond: Diamond, daemon: Daemon): Promise<Routing> {
  await using owned = new AsyncDisposableStack();
  const pids = diamond.all.map((machine) => {
    const folder = mkdtempSync(join(tmpdir(), `flor-${machine.name}-`));
    owned.defer(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "config");
    writeFileSync(file, daemon.config(machine));
    return owned.use(machine.namespace.start(...splitCommand(daemon.command(file, folder)))).pid;
  });
  const kept = owned.move();
  const destination = diamond.machines.east.address;
  return { pids, destination, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function splitCommand([program, ...args]: readonly [string, ...string[]]): [string, string[]] {
  return [program, args];
}

/** Starts a node on each machine, with a udp link each. */
export async function startFlor(diamond: Diamond, program: string): Promise<Routing> {
  await using owned = new AsyncDisposableStack();
  const nodes = new Map<string, NodeProcess>();
  for (const { name, namespace } of diamond.all)
    nodes.set(name, owned.use(await NodeProcess.prepare(name, { namespace, program })));
  const { address } = diamond.machines.east;
  await Promise.all(
    diamond.all.map(async (machine) => {
      const peers = machine.cables.map(({ other, otherAddress }) => ({
        name: other,
        id: nodes.get(other)!.id,
        link: "wan",
        address: `${otherAddress}:${LINK_PORT}`,
      }));
      const far = { west: "east", east: "west" }[machine.name as string];
      await nodes.get(machine.name)!.up({
        links: [{ name: "wan", kind: "udp", listen: `0.0.0.0:${LINK_PORT}` }],
        peers: far === undefined ? peers : [...peers, { name: far, id: nodes.get(far)!.id }],
        ...(machine.name === "east" && { outbounds: [{ udp: { allow: [`${address}/32:*`] } }] }),
        ...(machine.name === "west" && {
          inbounds: [{ udp: `127.0.0.1:${PROBE_PORT}`, to: `${address}:${PROBE_PORT}` }],
          routes: [{ to: "*", through: "east" }],
        }),
      });
    }),
  );
  await nodes.get("west")!.waitForPeer("east");
  const pids = [...nodes.values()].map((node) => node.process.pid);
  const kept = owned.move();
  return { pids, destination: "127.0.0.1", [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
