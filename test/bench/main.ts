/**
 * The bench: `npm run bench`, as root on Linux. Rounds are interleaved, so that whatever else the machine does hits
 * every peer alike; the table shows medians, the file in `out/` every value.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { fileURLToPath } from "node:url";
import { requireRoot, requireTools, StartedProcess } from "@flor/testkit";
import { formatLinkTable } from "./link-table.ts";
import { direct } from "./peers/direct.ts";
import { flor, florOf } from "./peers/flor.ts";
import { florOnFlor } from "./peers/flor-on-flor.ts";
import { florOverLinks } from "./peers/flor-over-links.ts";
import { nebula } from "./peers/nebula.ts";
import type { Peer, RunningPeer } from "./peers/peer.ts";
import { shadowsocks } from "./peers/shadowsocks.ts";
import { hysteria2, tuic } from "./peers/sing-box.ts";
import { sshOnBbr, sshOnCubic } from "./peers/ssh.ts";
import { formatFigure, formatTable, Results } from "./results.ts";
import { adjacenciesRow } from "./rows/adjacencies.ts";
import { bottleneckRow } from "./rows/bottleneck.ts";
import { bulkRows } from "./rows/bulk.ts";
import { cableRows } from "./rows/cable.ts";
import { convergenceRow } from "./rows/convergence.ts";
import { datagramsRow } from "./rows/datagrams.ts";
import { flowRows } from "./rows/flows.ts";
import { forwarderRow } from "./rows/forwarder.ts";
import { servicesRow } from "./rows/services.ts";
import { hopRow } from "./rows/hop.ts";
import { latencyRows } from "./rows/latency.ts";
import { linksRow } from "./rows/links.ts";
import type { Row } from "./rows/row.ts";
import { synchronisationRow } from "./rows/synchronisation.ts";
import { wideAreaRows } from "./rows/wide-area.ts";
import { parseSelection, type Selection } from "./selection.ts";
import { Stage } from "./stage.ts";
import { writeDocs } from "./write-docs.ts";

const yardsticks: readonly Peer[] = [direct, flor, sshOnCubic, sshOnBbr, hysteria2, tuic, shadowsocks, nebula];
const allPeers: readonly Peer[] = [...yardsticks, ...florOverLinks, ...florOnFlor];
const allRows: readonly Row[] = [
  ...bulkRows,
  ...latencyRows,
  ...flowRows,
  datagramsRow,
  forwarderRow,
  servicesRow,
  hopRow,
  adjacenciesRow,
  synchronisationRow,
  convergenceRow,
  ...wideAreaRows,
  bottleneckRow,
  ...cableRows,
  linksRow,
];

interface Run {
  readonly selection: Selection;
  readonly results: Results;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Those of the selected peers that can run here; for the others it says what to install. */
function availablePeers({ peers: names, base }: Selection): readonly Peer[] {
  const selected = allPeers.filter((peer) => names.includes(peer.name));
  if (base !== undefined) selected.push(florOf(base));
  for (const peer of selected) {
    const hint = peer.missing();
    if (hint !== undefined) say(`without ${peer.name}: ${hint}`);
  }
  return selected.filter((peer) => peer.missing() === undefined);
}

async function startPeers(stage: Stage, peers: readonly Peer[]): Promise<readonly RunningPeer[]> {
  const running: RunningPeer[] = [];
  for (const peer of peers) {
    try {
      running.push(await peer.start(stage));
    } catch (error) {
      say(`${peer.name} did not start: ${String(error)}`);
    }
  }
  return running;
}

function isMeasuredFor(row: Row, peer: Pick<Peer, "name">): boolean {
  const rows = allPeers.find((one) => one.name === peer.name)?.only;
  return row.only?.includes(peer.name) !== false && rows?.includes(row.name) !== false;
}

async function measure(stage: Stage, peer: RunningPeer, row: Row, results: Results): Promise<void> {
  try {
    const figures = await row.measure(stage, peer);
    results.add(row.name, peer.name, figures);
    const shown = Object.entries(figures).map(([figure, value]) => `${formatFigure(value)} ${figure}`);
    say(`  ${row.name.padEnd(18)} ${peer.name.padEnd(14)} ${shown.join("  ")}`);
  } catch (error) {
    say(`  ${row.name.padEnd(18)} ${peer.name.padEnd(14)} failed: ${String(error)}`);
  }
}

/** Lays a path, starts the peers, and measures the rows in each round. */
async function play(rows: readonly Row[], peers: readonly Peer[], rounds: readonly number[], run: Run): Promise<void> {
  const impairments = rows[0]?.impairments;
  const uplink = rows[0]?.uplink;
  const path = { ...(impairments !== undefined && { impairments }), ...(uplink !== undefined && { uplink }) };
  await using stage = await Stage.open({ ...path, bulkOctets: run.selection.bulkOctets });
  const wanted = peers.filter((peer) => rows.some((row) => isMeasuredFor(row, peer)));
  const running = await startPeers(stage, wanted);
  try {
    for (const round of rounds) {
      say(`round ${round}, ${impairments === undefined ? "veth" : JSON.stringify(impairments)}`);
      for (const row of rows)
        for (const peer of running) if (isMeasuredFor(row, peer)) await measure(stage, peer, row, run.results);
    }
  } finally {
    for (const peer of running) await peer[Symbol.asyncDispose]();
  }
}

/** Rows that share a path share its peers too, except those that want fresh ones. */
async function playAll(peers: readonly Peer[], run: Run): Promise<void> {
  const rows = allRows.filter((row) => run.selection.rows.includes(row.name));
  const rounds = Array.from({ length: run.selection.rounds }, (_, index) => index + 1);
  const lasting = rows.filter((row) => row.fresh !== true);
  for (const sharing of Map.groupBy(lasting, (row) => row.impairments).values())
    await play(sharing, peers, rounds, run);
  const fresh = rows.filter((row) => row.fresh === true);
  for (const round of rounds) for (const row of fresh) await play([row], peers, [round], run);
}

/** What the figures were measured on. */
function machine(busy: boolean): string {
  const processor = cpus();
  const model = `${processor.length} × ${processor[0]?.model ?? "unknown"}${busy ? ", one of them kept busy" : ""}`;
  return `${model}, Linux ${release()}, Node ${process.version}`;
}

/** A program that never waits, as a machine that does something else has. */
function keepCoreBusy(): StartedProcess {
  return StartedProcess.start("sh", ["-c", "while :; do :; done"]);
}

function writeReport(results: Results, selection: Selection, date: string): string {
  const folder = fileURLToPath(new URL("out/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = `${folder}bench-${date.replaceAll(":", "-")}.json`;
  writeFileSync(
    file,
    JSON.stringify({ date, machine: machine(selection.busy), selection, values: results.values() }, undefined, 2),
  );
  return file;
}

async function main(): Promise<void> {
  const names = [allRows, allPeers].map((list) => list.map((one) => one.name)) as [string[], string[]];
  const selection = parseSelection(process.argv.slice(2), ...names);
  requireRoot();
  requireTools(["ip", "nginx", "curl", "gcc"]);
  const peers = availablePeers(selection);
  const results = new Results();
  {
    await using _busy = selection.busy ? keepCoreBusy() : undefined;
    await playAll(peers, { selection, results });
  }
  const date = new Date().toISOString();
  const columns = yardsticks.map((peer) => peer.name).filter((name) => selection.peers.includes(name));
  if (selection.base !== undefined) columns.push(florOf(selection.base).name);
  const lines = results.lines();
  const main = lines.filter((line) => line.row !== linksRow.name);
  if (main.length > 0) say(`\n${formatTable(main, columns)}`);
  const links = formatLinkTable(lines, allPeers);
  if (links !== undefined) say(`\n${links}`);
  say(`\n${machine(selection.busy)}, ${date}`);
  if (selection.writeDocs) {
    const table = main.length === 0 ? undefined : formatTable(main, columns, "medians and ranges");
    writeDocs({
      machine: machine(selection.busy),
      date,
      rounds: selection.rounds,
      bulkOctets: selection.bulkOctets,
      table,
      links,
    });
  }
  say(`every value: ${writeReport(results, selection, date)}`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
