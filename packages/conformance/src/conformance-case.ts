import type { Bench } from "./bench.ts";
import type { Section } from "./contract.ts";

/** Groups of cases, in the order in which they are reported. */
export const GROUPS = [
  "process",
  "handshake",
  "data",
  "control",
  "flow",
  "resilience",
  "security",
  "performance",
] as const;

/** A group of cases. */
export type Group = (typeof GROUPS)[number];

/** One thing that the contract wants of a link. */
export interface ConformanceCase {
  /** The group's sign and a number, e.g. "PROC-01". Never used for another case. */
  readonly id: string;
  readonly group: Group;
  /** What must be so, as a sentence. */
  readonly title: string;
  /** "should": a failure is told and does not count. "figure": it only measures. */
  readonly level: "must" | "should" | "figure";
  readonly section: Section;
  /** Throws a `Finding` when the link fails it and `NotApplicable` when it cannot be asked; a text is a figure. */
  run(bench: Bench): Promise<string | void>;
}
