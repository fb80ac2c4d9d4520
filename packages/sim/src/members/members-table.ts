import { linesOf } from "../report.ts";
import type { MembersOutcome } from "./simulate-members.ts";

/** What befell a network's members as a table: until all know, and messages, octets and signature checks of each node. */
export function membersTable(outcomes: readonly MembersOutcome[]): readonly string[] {
  const columns: readonly (readonly [string, (outcome: MembersOutcome) => string])[] = [
    ["WHAT", ({ what }) => what],
    ["KNOWN", ({ knownMs }) => `${Math.round(knownMs)} ms`],
    ["MESSAGES", ({ messagesPerNode }) => messagesPerNode.toFixed(1)],
    ["OCTETS", ({ octetsPerNode }) => octetsPerNode.toFixed(0)],
    ["CHECKS", ({ verificationsPerNode }) => verificationsPerNode.toFixed(1)],
    ["REFUSED", ({ refusals }) => String(refusals)],
  ];
  return linesOf(columns, outcomes);
}
