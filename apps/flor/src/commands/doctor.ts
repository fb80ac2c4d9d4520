import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import type { NodeStatus, PeerStatus, SeenLayer, SeenPaths } from "@flor/node";
import type { EchoReport, TriedFlow } from "@flor/runtime/control";
import { interfaceAddresses } from "@flor/host/interface-addresses";
import { askNode, askStatus, type NodeChoice } from "../ask-node.ts";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import type { Finding } from "../doctor/finding.ts";
import { cutText } from "../doctor/cut-text.ts";
import { findingsOf, isBack, type PeerFacts, type TriedEcho } from "../doctor/findings.ts";
import type { ForeignFacts } from "../doctor/foreign-findings.ts";
import type { Style, Terminal } from "../terminal.ts";
import { printable, printableLine } from "../views/printable.ts";
import { tableLines } from "../views/table.ts";
import { VERSION } from "../version.ts";

interface DoctorOptions {
  readonly node?: string;
  readonly json?: true;
}

const RUN_OCTETS = 8;
/** Without a path nothing can be tried. */
const UNTRIED = { short: { report: new Error("no path"), tries: 0 }, long: undefined, flow: undefined };
const ECHO_TRIES = 3;
/** Peers that are looked at when none is named. */
const PEERS_MAX = 32;

/** Adds `flor doctor`. */
export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command("doctor")
    .description("check a running node, from its program to a flow through a peer, and say what to fix")
    .argument("[peer]", "one of its peers; all if omitted")
    .option("--node <name>", "which node, when several run")
    .option("--json", "print JSON")
    .action(async (peer: string | undefined, { node, json }: DoctorOptions) => {
      const findings = await examine({ name: node, environment: terminal.environment }, peer);
      const lines = json === true ? [JSON.stringify(findings, null, 2)] : findingLines(findings, terminal.style);
      terminal.write(`${lines.join("\n")}\n`);
      const wrong = findings.filter(({ state }) => state === "wrong").length;
      if (wrong > 0) throw new CommandError(`${wrong} of ${findings.length} are wrong: start with the first`);
    });
}

async function examine(choice: NodeChoice, name: string | undefined): Promise<readonly Finding[]> {
  const status = await askStatus(choice);
  const chosen = status.peers.filter((peer) => name === undefined || peer.name === name).slice(0, PEERS_MAX);
  const foreign: ForeignFacts[] = [];
  for (const host of foreignNames(status, chosen, name)) {
    const facts = await examineForeign(choice, host);
    if (facts !== undefined) foreign.push(facts);
  }
  if (name !== undefined && chosen.length === 0 && foreign.length === 0) {
    const known = status.peers.map((peer) => peer.name).join(", ") || "none";
    throw new CommandError(`${name} is not a peer of ${status.name}`, {
      exitCode: EXIT_USAGE,
      advice: `its peers: ${known}`,
    });
  }
  // One after the other: each asks the node several times.
  const peers: PeerFacts[] = [];
  for (const peer of chosen) if (peer.foreign === undefined) peers.push(await examinePeer(choice, peer));
  return findingsOf({
    status,
    version: VERSION,
    nodeVersion: process.versions.node,
    unixSeconds: Date.now() / 1000,
    addresses: ownAddresses(),
    peers,
    foreign,
  });
}

/** Hosts of other networks to look at; a name that is no peer's may be one. */
function foreignNames(
  { areas }: NodeStatus,
  chosen: readonly PeerStatus[],
  name: string | undefined,
): Iterable<string> {
  if (name !== undefined && chosen.length === 0) return [name];
  const known = chosen.filter(({ foreign }) => foreign !== undefined).map((peer) => peer.name);
  const refused = name === undefined ? (areas?.refused ?? []).map((one) => one.name) : [];
  return new Set([...known, ...refused].slice(0, PEERS_MAX));
}

/** A flow first: it asks for a way, or shows that there is one. `undefined`: that is no host of another network. */
async function examineForeign(choice: NodeChoice, name: string): Promise<ForeignFacts | undefined> {
  const flow = (await orError(askNode(choice, { method: "flow.try", params: { peer: name } }))) as TriedFlow | Error;
  const status: NodeStatus = await askStatus(choice);
  const peer = status.peers.find((one) => one.name === name && one.foreign !== undefined);
  const refused = status.areas?.refused.find((one) => one.name === name);
  if (peer === undefined && flow instanceof Error) return undefined;
  const asked = peer && (await orError(askNode(choice, { method: "paths", params: { peer: name } })));
  const paths = asked === undefined || asked instanceof Error ? undefined : (asked as readonly SeenPaths[])[0];
  return { name, peer, paths, refused, flow };
}

async function examinePeer(choice: NodeChoice, peer: PeerStatus): Promise<PeerFacts> {
  const ask = (method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> =>
    askNode(choice, { method, params });
  const [paths] = (await ask("paths", { peer: peer.name })) as readonly [SeenPaths];
  if (paths.inUse === undefined) {
    const layer = (await orError(ask("topology", {}))) as SeenLayer | Error;
    const cut = layer instanceof Error ? undefined : cutText(layer, paths.id);
    return { peer, paths, ...(cut !== undefined && { cut }), ...UNTRIED };
  }
  const { payloadOctets, unsegmentedPayloadOctets } = paths.inUse;
  const short = await tryEcho(choice, peer.name);
  if (!isBack(short)) return { peer, paths, short, long: undefined, flow: undefined };
  const long = await tryEcho(choice, peer.name, payloadOctets);
  const isCut = !isBack(long) && unsegmentedPayloadOctets < payloadOctets;
  const whole = isCut && { whole: await tryEcho(choice, peer.name, unsegmentedPayloadOctets) };
  const flow = (await orError(ask("flow.try", { peer: peer.name }))) as TriedFlow | Error;
  return { peer, paths, short, long, ...whole, flow };
}

/** Asks again where an echo is lost: one may be, by chance. */
async function tryEcho(choice: NodeChoice, to: string, octets?: number): Promise<TriedEcho> {
  const run = randomBytes(RUN_OCTETS).toString("hex");
  for (let tries = 1; ; tries += 1) {
    const params = { to, run, sequence: tries, ...(octets !== undefined && { octets }) };
    const report = (await orError(askNode(choice, { method: "echo", params }))) as EchoReport | Error;
    if (tries === ECHO_TRIES || report instanceof Error || "rttMs" in report.outcome) return { report, tries };
  }
}

async function orError(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    return error;
  }
}

function ownAddresses(): readonly string[] {
  const all = interfaceAddresses();
  return "code" in all
    ? []
    : all.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address);
}

function findingLines(findings: readonly Finding[], style: Style): readonly string[] {
  const marks = { good: style.green("good"), look: style.yellow("look"), wrong: style.red("wrong") };
  const rows = findings.map(({ state, about, seen }) => [marks[state], printable(about), printableLine(seen)]);
  const lines = tableLines(rows);
  return findings.flatMap(({ advice }, index) => [
    lines[index] ?? "",
    ...(advice === undefined ? [] : [`       ${style.dim("→")} ${printableLine(advice)}`]),
  ]);
}
