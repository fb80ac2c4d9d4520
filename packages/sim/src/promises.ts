/** What a layer promises, whatever its seed, and which promises a run broke. */
import type { Outcome } from "./scenario.ts";

/** A single failure costs its detection time plus this. */
const REPAIR_MS = 50;
/** News have reached every node after this time, including detection within 900 ms and a few round trips. */
const NEWS_MS = 4000;
/** Where all nodes start at once each checks the signatures of all others, a neighbour's share of the processor at a time. */
const NEWS_MS_PER_STARTED = 1;

/**
 * One sentence for each promise that was broken.
 *
 * @param nodes in the layer
 */
export function brokenPromises(outcomes: readonly Outcome[], nodes: number): readonly string[] {
  return outcomes.flatMap((outcome) => {
    const { what, wrongPaths, beyondDetectionMs, convergedMs } = outcome;
    const broken: string[] = [];
    if (wrongPaths > 0) broken.push(`${wrongPaths} pairs lose their frames although a way leads there`);
    if (isSingle(what) && beyondDetectionMs > REPAIR_MS)
      broken.push(
        `frames were lost for ${beyondDetectionMs} ms after the failure was noticed, ${REPAIR_MS} are allowed`,
      );
    if (what.startsWith("refuse") && outcome.hit > 0)
      broken.push(`${outcome.hit} pairs lost frames although they have another way`);
    const newsMs = NEWS_MS + (what.startsWith("start") ? nodes * NEWS_MS_PER_STARTED : 0);
    if (isNews(what) && convergedMs > newsMs)
      broken.push(`the last node learned of it after ${Math.round(convergedMs)} ms, ${newsMs} are allowed`);
    return broken.map((problem) => `${what}: ${problem}`);
  });
}

function isSingle(what: string): boolean {
  return what.startsWith("kill") || what.startsWith("flap");
}

/** Flapping and returning links are announced at a limited rate. */
function isNews(what: string): boolean {
  return ["start", "cut", "part", "join", "kill"].some((word) => what.startsWith(word));
}
