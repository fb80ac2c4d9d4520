/**
 * Five machines in a line, and what happens to those between while octets cross: `npm run line-faults -- --times 20`, as root on
 * Linux. Each time, and for each kind of fault, a download whose octets are known goes over all five; it must come whole.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  descendants,
  Firewall,
  type NodeProcess,
  requireRoot,
  requireTools,
  seededHash,
  startServer,
} from "@flor/testkit";
import { LayeredMachines } from "../../netns/layered-machines.ts";

const MACHINES = 5;
const SEED = 9;
const OCTETS = 60_000_000;
/** A fault comes when so much of the download has arrived. */
const BEGUN_OCTETS = 1_000_000;
const FAULT_MS = 2000;
const PATIENCE_S = 120;
/** Of a log, where something failed. */
const LOG_CHARACTERS = 2000;

/** What happens to a machine in the middle; resolves when it is over. */
type Fault = (line: LayeredMachines, at: number) => Promise<void>;

const faults: Readonly<Record<string, Fault>> = {
  "a node killed and started again": async (line, at) => {
    const node = line.lowest[at]!;
    await node.process.kill();
    await node.up();
  },
  "a link killed": async (line, at) => {
    for (const link of descendants(line.lowest[at]!.process.pid)) process.kill(link, "SIGKILL");
  },
  "a node stopped and continued": async (line, at) => stopFor(line.lowest[at]!),
  "a cable that carries nothing": async (line, at) => {
    const firewall = new Firewall(line.machines[at]!);
    await firewall.dropUdp();
    await sleep(FAULT_MS);
    await firewall.clear();
  },
};

async function stopFor(node: NodeProcess): Promise<void> {
  node.process.signal("SIGSTOP");
  await sleep(FAULT_MS);
  node.process.signal("SIGCONT");
}

/** Downloads through the line while a fault happens; how long it took, or what was wrong. */
async function play(line: LayeredMachines, port: number, fault: () => Promise<void>): Promise<number> {
  const { first, last } = line.top;
  // A client that comes while there is no way is told so at once: what is tried here is a flow that exists.
  await first.waitForPeer(last.name);
  const began = performance.now();
  const before = await first.waitFor(({ flows }) => flows.inboundOctets + 1, "what came so far");
  const url = `http://${line.lastAddress}:${port}/`;
  const proxy = `socks5h://127.0.0.1:${line.socksPort(0)}`;
  const curl = `curl -sS --http0.9 -m ${PATIENCE_S} -x ${proxy} ${url} | sha256sum`;
  const download = line.first.run("bash", "-o", "pipefail", "-c", curl);
  const isBegun = first.waitFor(({ flows }) => flows.inboundOctets > before + BEGUN_OCTETS, "octets come");
  await Promise.race([isBegun, download]);
  await fault();
  const [sha256 = ""] = (await download).split(" ");
  if (sha256 !== seededHash(SEED, OCTETS)) throw new Error(`wrong octets: ${sha256}`);
  return performance.now() - began;
}

requireRoot();
requireTools(["ip", "nft", "curl"]);
const { values } = parseArgs({ options: { times: { type: "string", default: "20" } } });
await using line = await LayeredMachines.open({ layers: 1, machines: MACHINES });
await using source = await startServer(line.last, { kind: "source", host: "0.0.0.0", seed: SEED, octets: OCTETS });
let failed = 0;
for (let time = 1; time <= Number(values.times); time += 1) {
  for (const [name, fault] of Object.entries(faults)) {
    const at = 1 + (time % (MACHINES - 2));
    try {
      const ms = await play(line, source.port, () => fault(line, at));
      process.stdout.write(`${time}  ${name} (${line.lowest[at]!.name}): whole after ${Math.round(ms)} ms\n`);
    } catch (error) {
      failed += 1;
      process.stdout.write(`${time}  ${name} (${line.lowest[at]!.name}): ${String(error)}\n`);
      for (const { name: node, process: one } of [line.top.first, line.top.last])
        process.stdout.write(`${node} said last:\n${one.output.slice(-LOG_CHARACTERS)}\n`);
    }
  }
}
process.stdout.write(`${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
