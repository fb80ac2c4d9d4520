/** What a metric is; `node-metrics.ts` has those that there are. */
import type { NodeStatus } from "@flor/node";

/** Values of a metric's labels, by name. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a metric. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A metric, read from what `flor status` shows: both say the same. */
export interface Metric {
  /** In base units; a counter ends in `_total`. */
  readonly name: `flor_${string}`;
  /** A counter only rises, and begins again at 0 with what it counts. */
  readonly type: "counter" | "gauge";
  /** One sentence, without a stop. */
  readonly help: string;
  /** Names of the labels. Their values come from the configuration or from a closed set, never from clients. */
  readonly labels: readonly string[];
  readonly read: (status: NodeStatus) => readonly Sample[];
}

/** A single value without labels. */
export function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

/** 1 or 0. */
export function flag(is: boolean): number {
  return is ? 1 : 0;
}

/** One sample for each name of `counts`. @param label whose values the names are */
export function byName(label: string, counts: Readonly<Record<string, number>>, labels: Labels = {}): Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { ...labels, [label]: name }, value }));
}
