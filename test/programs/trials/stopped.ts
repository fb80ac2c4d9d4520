/** Nodes that are stopped for a minute, as by a machine's sleep, and an interface that gets another address, under an open stream. */
import { setTimeout as sleep } from "node:timers/promises";
import { descendants, type NodeProcess } from "@flor/testkit";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import type { FieldPlan } from "../../netns/field-plan.ts";
import { tellMs, Traffic } from "./outside.ts";
import type { Tell, Trial } from "./trial.ts";

const STOPPED_MS = 60_000;
const FLOWS_MS = 2000;
/** Lines of three machines that have nothing to do with each other, so that one minute is enough for all. */
const LINES = [
  { line: "1", stopped: "a", what: "the client's node" },
  { line: "2", stopped: "b", what: "the node between" },
  { line: "3", stopped: "c", what: "the target's node" },
  { line: "4", stopped: "a", withLinks: true, what: "the client's machine" },
  { line: "5", stopped: "b", withLinks: true, what: "the machine between" },
] as const;
const PLAN: FieldPlan = {
  machines: LINES.flatMap(({ line }) => ["a", "b", "c"].map((letter) => letter + line)),
  cables: LINES.flatMap(({ line }) => [
    { ends: [`a${line}`, `b${line}`] as const },
    { ends: [`b${line}`, `c${line}`] as const },
  ]),
};

export const sleepTrial: Trial = { name: "sleep", play };

async function play(tell: Tell): Promise<void> {
  await using field = await Field.lay(PLAN);
  const flows = LINES.map(({ line }) => ({ from: `a${line}`, to: `c${line}` }));
  await using nodes = await FieldNodes.start(field, { flows });
  await using owned = new AsyncDisposableStack();
  const traffics: Traffic[] = [];
  for (const flow of nodes.flows) traffics.push(owned.use(await startOn(field, nodes, flow)));
  await Promise.all(
    LINES.map(async (one, index) => {
      const pids = pidsOf(nodes.node(one.stopped + one.line), "withLinks" in one);
      for (const pid of pids) process.kill(pid, "SIGSTOP");
      await sleep(STOPPED_MS);
      const ms = await traffics[index]!.backMs(async () => {
        for (const pid of pids) process.kill(pid, "SIGCONT");
      });
      tellMs(tell, `after a minute's sleep of ${one.what}, until its stream flows`, ms, FLOWS_MS);
    }),
  );
  const { device } = field.machine("a1").cables[0]!;
  const { namespace } = field.machine("a1");
  const gap = await traffics[0]!.gapMs(async () => {
    await namespace.ip("address", "flush", "dev", device);
    await namespace.ip("address", "add", "10.98.0.77/24", "dev", device);
  });
  tellMs(tell, "gap when the client's machine gets another address", gap, FLOWS_MS);
  for (const traffic of traffics) traffic.tellWhole(tell);
}

function pidsOf({ process: { pid } }: NodeProcess, withLinks: boolean): readonly number[] {
  return withLinks ? [pid, ...descendants(pid)] : [pid];
}

function startOn(field: Field, nodes: FieldNodes, flow: FieldNodes["flows"][number]): Promise<Traffic> {
  const target = field.machine(flow.plan.to);
  return Traffic.start({
    client: field.machine(flow.plan.from).namespace,
    socksPort: flow.socksPort,
    target: target.namespace,
    targetAddress: target.address,
    probe: nodes.placesOf(flow),
  });
}
