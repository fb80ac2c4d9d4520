import { setTimeout as sleep } from "node:timers/promises";
import type { Field } from "./field.ts";

const LOOK_MS = 250;

/** Which of the neighbours of a machine most of what it sends goes to, within a quarter of a second; not one of `others`. */
export async function busiestNeighbour(field: Field, name: string, others: readonly string[] = []): Promise<string> {
  const { cables } = field.machine(name);
  const before = await Promise.all(cables.map(({ other }) => field.cable(name, other).sentBy(name)));
  await sleep(LOOK_MS);
  const after = await Promise.all(cables.map(({ other }) => field.cable(name, other).sentBy(name)));
  const sent = cables.map(({ other }, index) => ({ other, octets: after[index]! - before[index]! }));
  const [most] = sent.filter(({ other }) => !others.includes(other)).toSorted((a, b) => b.octets - a.octets);
  if (most === undefined) throw new Error(`${name} has no neighbour but ${others.join(", ")}`);
  return most.other;
}

/** The machines that a stream crosses, its two ends included: at each, the neighbour that is sent most. */
export async function wayOf(field: Field, from: string, to: string): Promise<readonly string[]> {
  const way = [from];
  while (way.at(-1) !== to) {
    if (way.length > field.machines.length)
      throw new Error(`the stream from ${from} to ${to} goes in circles: ${way.join(" ")}`);
    way.push(await busiestNeighbour(field, way.at(-1)!, way));
  }
  return way;
}
