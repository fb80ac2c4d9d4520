/** What networks joined by gateways promise, whatever their number, and which promises a run broke. */
import type { AreasReport } from "./simulate-areas.ts";

/** News have reached all whom they concern after this time, detection included. */
const NEWS_MS = 4000;
/** Octets that a node of a network costs each other node of it, advertisement and signature. */
const ENTRY_OCTETS = 717;

/** One sentence for each promise that was broken. */
export function brokenAreaPromises({ options, outcomes, state }: AreasReport): readonly string[] {
  const { areas, nodes, gateways } = options;
  const broken: string[] = [];
  for (const { what, convergedMs, elsewhere, foreign, missing } of outcomes) {
    if (elsewhere > 0) broken.push(`${what}: ${elsewhere} messages in areas that it does not concern`);
    if (foreign > 0) broken.push(`${what}: ${foreign} entries of foreign nodes`);
    if (missing > 0) broken.push(`${what}: ${missing} entries are missing`);
    if (convergedMs > NEWS_MS)
      broken.push(`${what}: the last node learned of it after ${Math.round(convergedMs)} ms, ${NEWS_MS} are allowed`);
  }
  for (const { kind, entries, octets } of state) {
    const most = kind === "host" ? nodes : nodes + (areas - 1) * gateways;
    if (entries > most) broken.push(`a ${kind} holds ${entries} nodes, ${most} are allowed`);
    if (octets > most * ENTRY_OCTETS)
      broken.push(`a ${kind} holds ${octets} octets, ${most * ENTRY_OCTETS} are allowed`);
  }
  return broken;
}
