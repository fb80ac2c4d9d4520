import { setTimeout as sleep } from "node:timers/promises";
import type { SeenLayer } from "@flor/node";
import type { NodeProcess } from "@flor/testkit";

const LOOK_AGAIN_MS = 50;

/** What a node knows of its layer; `undefined` while it does not answer. */
export async function layerOf(node: NodeProcess): Promise<SeenLayer | undefined> {
  try {
    return (await node.ask("topology")) as SeenLayer;
  } catch {
    return undefined;
  }
}

/** Whether each of the nodes has a path to all, and all hold the same advertisements. */
export async function haveFullTables(nodes: readonly NodeProcess[]): Promise<boolean> {
  const layers = await Promise.all(nodes.map(layerOf));
  const [first] = layers;
  if (first === undefined || first.nodes.length < nodes.length) return false;
  const wanted = sequencesIn(first);
  return layers.every(
    (layer) => layer !== undefined && layer.nodes.every(({ reachable }) => reachable) && sequencesIn(layer) === wanted,
  );
}

/** Waits for {@link haveFullTables}; how long it took, in ms. */
export async function waitForFullTables(nodes: readonly NodeProcess[], timeoutMs: number): Promise<number> {
  const began = performance.now();
  while (!(await haveFullTables(nodes))) {
    if (performance.now() - began > timeoutMs) throw new Error(`no full tables within ${timeoutMs} ms`);
    await sleep(LOOK_AGAIN_MS);
  }
  return performance.now() - began;
}

/** The newest advertisement that a node signed, as it says; each raises it by one. */
export async function ownSequence(node: NodeProcess): Promise<number> {
  const layer = await layerOf(node);
  const own = layer?.nodes.find(({ id }) => id === node.id);
  if (own === undefined) throw new Error(`${node.name} does not tell its topology`);
  return own.sequence;
}

function sequencesIn({ nodes }: SeenLayer): string {
  return nodes
    .map(({ id, sequence }) => `${id} ${sequence}`)
    .toSorted()
    .join("\n");
}
