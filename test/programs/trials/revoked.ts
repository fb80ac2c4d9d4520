/**
 * A member that is revoked while it holds ten sessions with open streams, up to three hops away, and one that was cut off
 * from the others meanwhile:
 *
 *     gone ── x ── y ── p1 … p8      y is the issuer
 *       └───────── late              late is cut off from y, and keeps its cable to gone
 */
import type { NodeStatus, SeenLayer } from "@flor/node";
import { flor, type NodeProcess, startServer } from "@flor/testkit";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import type { FieldPlan } from "../../netns/field-plan.ts";
import { SteadySource } from "../../netns/steady-source.ts";
import { WatchedFlow } from "../../netns/watched-flow.ts";
import { msUntil, tellMs, tellSo } from "./outside.ts";
import type { Tell, Trial } from "./trial.ts";

const GONE = "gone";
const LEAVES = ["p1", "p2", "p3", "p4", "p5", "p6", "p7"];
/** Those that hold a session with it. */
const OTHERS = ["x", "y", "late", ...LEAVES];
const PLAN: FieldPlan = {
  machines: [GONE, ...OTHERS],
  cables: [
    { ends: [GONE, "x"] },
    { ends: ["x", "y"] },
    { ends: [GONE, "late"] },
    { ends: ["late", "y"] },
    ...LEAVES.map((leaf) => ({ ends: ["y", leaf] as const })),
  ],
};
const KNOWN_MS = 5000;
const DIALS_AGAIN_MS = 8000;
const SERVICE = "web";
const WEB_PORT = 8080;

export const revokeTrial: Trial = { name: "revoke", play };

async function play(tell: Tell): Promise<void> {
  await using field = await Field.lay(PLAN);
  const flows = OTHERS.map((from) => ({ from, to: GONE }));
  const network = "field";
  const publish = { [SERVICE]: { target: `127.0.0.1:${WEB_PORT}`, allow: ["*"] } };
  const servicesOf = (name: string): object =>
    name === GONE ? { network, publish } : { network, trust: { [SERVICE]: [GONE] } };
  const rolesOf = (name: string): readonly string[] => (name === "y" ? ["issuer"] : []);
  await using nodes = await FieldNodes.start(field, {
    members: true,
    rolesOf,
    flows,
    more: ({ name }) => ({ services: servicesOf(name) }),
  });
  const gone = nodes.node(GONE);
  await using owned = new AsyncDisposableStack();
  const { namespace, address } = field.machine(GONE);
  const source = owned.use(await SteadySource.open(namespace, address));
  owned.use(await startServer(namespace, { kind: "echo", port: WEB_PORT }));
  const streams = nodes.flows.map(({ plan, socksPort }) =>
    owned.use(new WatchedFlow(field.machine(plan.from).namespace, source, socksPort)),
  );
  await Promise.all(streams.map((stream) => stream.goesOn()));
  await Promise.all(OTHERS.map((name) => nodes.node(name).waitFor(publishes, "the service is known")));
  const mend = await field.cut("late", "y", { silent: true });
  const connected = OTHERS.filter((name) => name !== "late");

  const began = performance.now();
  const said = await flor(["revoke", GONE, "--reason", "lost", "--node", "y"], nodes.node("y"));
  tellSo(tell, "flor revoke", said.exitCode === 0, said.stdout || said.stderr);
  const saidMs = performance.now() - began;
  const forgotten = await Promise.all(connected.map((name) => msUntil(() => hasForgotten(nodes.node(name), gone.id))));
  tellMs(tell, "all nine know it no more, as peer, node, or publisher", saidMs + Math.max(...forgotten), KNOWN_MS);
  const isOver = streams.filter((_, index) => connected.includes(OTHERS[index]!));
  const ended = await msUntil(async () => isOver.every((stream) => stream.isOver));
  tellMs(tell, "all nine streams have ended at their clients", saidMs + Math.max(...forgotten) + ended, KNOWN_MS);
  tellSo(tell, "who is cut off serves it until it hears", !(await hasForgotten(nodes.node("late"), gone.id)));

  await mend();
  const late = await msUntil(() => hasForgotten(nodes.node("late"), gone.id));
  tellMs(tell, "who was cut off knows it no more after its cable is mended", late, KNOWN_MS);
  const isOut = async (): Promise<boolean> => hasNobody(await gone.status());
  tellMs(tell, "nobody speaks to it", await msUntil(isOut), KNOWN_MS);

  const ends = (await gone.status())?.peers.map(({ lastEnd }) => lastEnd?.reason ?? "") ?? [];
  const reason = ends.find((end) => end.includes("revoked")) ?? ends.join("; ");
  tellSo(tell, "it was told why", reason.includes("revoked"), reason);

  await gone.process.stop();
  await gone.up();
  const whole = await msUntil(async () => !hasNobody(await gone.status()), DIALS_AGAIN_MS);
  tellSo(tell, "it is not let in when it starts again and dials", whole === Infinity);
  const still = await Promise.all(OTHERS.map((name) => hasForgotten(nodes.node(name), gone.id)));
  tellSo(tell, "nor does anybody know it then", still.every(Boolean));
  const lookup = await flor(["lookup", SERVICE, "--node", "p1"], nodes.node("p1"));
  tellSo(tell, "its service has no publisher", !lookup.stdout.includes(GONE), lookup.stdout || lookup.stderr);
}

function publishes({ services }: NodeStatus): boolean {
  return JSON.stringify(services ?? {}).includes(GONE);
}

/** A node holds nothing of the revoked one: no peer, no session, no path, no service. */
async function hasForgotten(node: NodeProcess, id: string): Promise<boolean> {
  const status = await node.status();
  if (status === undefined) return false;
  // One that is cut off may have said last that it is adjacent with it: that is no node of the layer, nor an edge.
  const { nodes } = (await node.ask("topology")) as SeenLayer;
  return !status.peers.some((peer) => peer.id === id) && !publishes(status) && nodes.every((one) => one.id !== id);
}

function hasNobody(status: NodeStatus | undefined): boolean {
  const peers = status?.peers ?? [];
  return peers.every(({ state, adjacencies }) => state !== "up" && adjacencies.every(({ alive }) => !alive));
}
