import type { NodeStatus } from "@flor/node";
import type { Style } from "../terminal.ts";
import { tableLines } from "./table.ts";

const OUTGOING_HEADER = ["TO", "PUSH", "NEXT HOP", "PAYLOAD"];
const INCOMING_HEADER = ["LABEL", "DO", "NEXT HOP"];

/** `flor labels`: what this node pushes (FTN), and what it does with labels that come in (ILM). */
export function labelsView(status: NodeStatus, style: Style): readonly string[] {
  const { incoming, outgoing } = status.labels;
  if (incoming.length + outgoing.length === 0) return ["no labels: no neighbour has come up yet"];
  const pushed = outgoing.map((entry) => [
    entry.destination,
    entry.push.join(" "),
    entry.nextHop,
    `${entry.payloadMtuOctets} octets`,
  ]);
  const taken = incoming.map((entry) => [String(entry.label), operationText(entry), entry.nextHop]);
  return [
    ...tableLines(pushed, OUTGOING_HEADER.map(style.dim)),
    "",
    ...tableLines(taken, INCOMING_HEADER.map(style.dim)),
  ];
}

function operationText({ push, local }: NodeStatus["labels"]["incoming"][number]): string {
  if (push.length > 0) return `swap ${push.join(" ")}`;
  return local ? "pop, deliver" : "pop, send";
}
