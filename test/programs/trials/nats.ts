/** Two nodes behind NATs: how soon they reach each other straight, and what flows feel when that changes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { NodeStatus } from "@flor/node";
import { flor } from "@flor/testkit";
import { DATAGRAM_PORT, FAR_ADDRESS, NatField, type NatPlan } from "../../netns/nat-field.ts";
import { msUntil, tellMs, tellSo, Traffic } from "./outside.ts";
import type { Tell, Trial } from "./trial.ts";

const DIRECT_MS = 3000;
const REBOUND_MS = 2000;
const RELAYED_MS = 1000;
/** Nothing straight is found in this time, if ever. */
const RELAYED_AFTER_MS = 8000;
/** The straight path is used again, and nothing of the last change is under way. */
const REST_MS = 2000;

export const natsTrial: Trial = { name: "nats", play };

async function play(tell: Tell): Promise<void> {
  await cones({ near: "cone", far: "cone" }, tell);
  await cones({ near: "cone", far: "cone", carriers: "own" }, tell);
  await straight({ near: "cone", far: "cone", carriers: "one" }, "two customers of one carrier, hairpin", tell);
  await relayed({ near: "symmetric", far: "symmetric" }, tell);
  for (const streams of ["tcp", "webtransport"] as const) await withoutUdp(streams, tell);
}

/** The straight path is found, and flows outlive whatever happens to it. */
async function cones(plan: NatPlan, tell: Tell): Promise<void> {
  const name = plan.carriers === "own" ? "cones behind cones of carriers" : "cone and cone";
  const say = named(name, tell);
  await using field = await NatField.open(plan);
  await tellDirect(field, say);
  await using traffic = await start(field);
  const rest = async (): Promise<void> => {
    await untilReached(field, "punched");
    await sleep(REST_MS);
  };
  tellMs(say, "gap when near's NAT forgets its mappings", await traffic.gapMs(() => field.nearBox.flush()), REBOUND_MS);
  await rest();
  tellMs(
    say,
    "gap when near's NAT gives it another port",
    await traffic.gapMs(() => field.nearBox.rebind()),
    REBOUND_MS,
  );
  await rest();
  tellMs(say, "gap when far's NAT gives it another port", await traffic.gapMs(() => field.farBox.rebind()), REBOUND_MS);
  await rest();
  // Behind carriers, once is enough: the boxes do the same.
  for (const from of plan.carriers === "own" ? (["both"] as const) : (["near", "far", "both"] as const)) {
    const what = from === "both" ? "gap when UDP between them is blocked" : `gap when UDP of ${from} to the other is`;
    tellMs(say, what, await traffic.gapMs(() => field.blockDirect(from)), RELAYED_MS);
    tellSo(say, "it is relayed then", (await untilReached(field, "relayed")) < Infinity);
    if (from === "both") break;
    const back = await traffic.gapMs(async () => {
      await field.unblockDirect();
      await rest();
    });
    tellMs(say, "gap when it returns to the straight path", back, RELAYED_MS);
  }
  traffic.tellWhole(say);
}

async function straight(plan: NatPlan, name: string, tell: Tell): Promise<void> {
  const say = named(name, tell);
  await using field = await NatField.open(plan);
  await tellDirect(field, say);
  await using traffic = await start(field);
  await sleep(REST_MS);
  traffic.tellWhole(say);
}

/** Nothing straight is found: frames go over the relay, and whoever asks is told why. */
async function relayed(plan: NatPlan, tell: Tell): Promise<void> {
  const say = named("symmetric and symmetric", tell);
  await using field = await NatField.open(plan);
  await field.near.waitForPeer("far");
  await using traffic = await start(field);
  await sleep(RELAYED_AFTER_MS);
  const peers = await florSays(field, "peers");
  tellSo(say, "flor peers shows the way over the relay", /^far +up +relay/mu.test(peers), rowOf(peers));
  for (const command of ["paths", "doctor"]) {
    const said = await florSays(field, command, "far");
    const line = said.split("\n").find((one) => /NAT/u.test(one)) ?? "nothing of a NAT";
    tellSo(say, `flor ${command} far says why`, /another (port|address)/u.test(said), line.trim());
  }
  traffic.tellWhole(say);
}

/** UDP between near and all others is blocked: a link over TCP carries. */
async function withoutUdp(streams: "tcp" | "webtransport", tell: Tell): Promise<void> {
  const say = named(`UDP blocked, a ${streams} link beside it`, tell);
  await using field = await NatField.open({ near: "cone", far: "cone", streams });
  await untilReached(field, "punched");
  const bothAlive = ({ peers }: NodeStatus): boolean =>
    peers.some(({ name, adjacencies }) => name === "relay" && adjacencies.filter(({ alive }) => alive).length === 2);
  await field.near.waitFor(bothAlive, "both links to the relay carry");
  await using traffic = await start(field);
  await sleep(REST_MS);
  tellMs(
    say,
    "gap when all UDP of near is blocked",
    await traffic.gapMs(() => field.blockUdp(field.nearBox)),
    REBOUND_MS,
  );
  traffic.tellWhole(say);
}

async function tellDirect(field: NatField, say: Tell): Promise<void> {
  const began = performance.now();
  await field.near.waitForPeer("far");
  const upMs = performance.now() - began;
  await untilReached(field, "punched");
  const ms = performance.now() - began;
  tellMs(say, `straight after its start (over the relay after ${Math.round(upMs)} ms)`, ms, DIRECT_MS);
}

function named(name: string, tell: Tell): Tell {
  return (figure) => tell({ ...figure, what: `${name}: ${figure.what}` });
}

/** How long until both ends reach each other so, milliseconds. */
function untilReached(field: NatField, kind: "punched" | "relayed"): Promise<number> {
  const isSo = async ({ near, far }: NatField): Promise<boolean> => {
    const [there, back] = await Promise.all([near.status(), far.status()]);
    return reachOf(there, "far") === kind && reachOf(back, "near") === kind;
  };
  return msUntil(() => isSo(field));
}

function reachOf(status: NodeStatus | undefined, peer: string): string | undefined {
  return status?.peers.find(({ name }) => name === peer)?.reach?.kind;
}

async function florSays({ near }: NatField, ...args: readonly string[]): Promise<string> {
  return (await flor([...args, "--node", "near"], near)).stdout;
}

function rowOf(peers: string): string {
  return peers.split("\n").find((line) => line.startsWith("far ")) ?? "no row";
}

function start({ nearMachine: client, farMachine: target, socksPort }: NatField): Promise<Traffic> {
  return Traffic.start({
    client,
    socksPort,
    target,
    targetAddress: FAR_ADDRESS,
    probe: [
      { namespace: client, host: "127.0.0.1", port: DATAGRAM_PORT },
      { namespace: target, host: FAR_ADDRESS, port: DATAGRAM_PORT },
    ],
  });
}
