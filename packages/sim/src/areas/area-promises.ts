/** What networks joined by gateways promise, whatever their number, and which promises a run broke. */
import type { AreasReport } from "./simulate-areas.ts";

/** News have reached all whom they concern after this time, detection included. */
const NEWS_MS = 4000;
/** A host that hears that its way is gone has another after this time: handshakes with other gateways, and an ask. */
const AGAIN_MS = 1000;
/** Octets that a node of a network costs each other node of it, advertisement and signature. */
const ENTRY_OCTETS = 717;

/** One sentence for each promise that was broken. */
export function brokenAreaPromises(report: AreasReport): readonly string[] {
  return [...brokenByEvents(report), ...brokenByCrossings(report), ...brokenByState(report)];
}

function brokenByEvents({ outcomes }: AreasReport): readonly string[] {
  const broken: string[] = [];
  for (const { what, convergedMs, elsewhere, foreign, missing } of outcomes) {
    if (elsewhere > 0) broken.push(`${what}: ${elsewhere} messages in areas that it does not concern`);
    if (foreign > 0) broken.push(`${what}: ${foreign} entries of foreign nodes`);
    if (missing > 0) broken.push(`${what}: ${missing} entries are missing`);
    if (convergedMs > NEWS_MS)
      broken.push(`${what}: the last node learned of it after ${Math.round(convergedMs)} ms, ${NEWS_MS} are allowed`);
  }
  return broken;
}

function brokenByCrossings({ options, outcomes, asks }: AreasReport): readonly string[] {
  const broken: string[] = [];
  if (asks.pairs < options.samples)
    broken.push(`${options.samples - asks.pairs} hosts do not find the one that they asked for`);
  for (const { what, silent, waylessMs } of outcomes) {
    if (silent > 0 && !isApart(what)) broken.push(`${what}: frames of ${silent} pairs do not come back`);
    if (waylessMs > AGAIN_MS && what === "a gateway dies")
      broken.push(`${what}: a host looked for another way for ${Math.round(waylessMs)} ms, ${AGAIN_MS} are allowed`);
  }
  return broken;
}

/** While an area is in parts, or has lost the others, some hosts cannot be reached. */
function isApart(what: string): boolean {
  return what === "an area parts" || what === "an area loses the others";
}

function brokenByState({ options, state }: AreasReport): readonly string[] {
  const { areas, nodes, gateways } = options;
  const broken: string[] = [];
  for (const { kind, entries, octets } of state) {
    const most = kind === "host" ? nodes : nodes + (areas - 1) * gateways;
    if (entries > most) broken.push(`a ${kind} holds ${entries} nodes, ${most} are allowed`);
    if (octets > most * ENTRY_OCTETS)
      broken.push(`a ${kind} holds ${octets} octets, ${most * ENTRY_OCTETS} are allowed`);
  }
  return broken;
}
