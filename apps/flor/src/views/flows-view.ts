import type { FlowStatus, NodeStatus } from "@flor/node";
import type { Style } from "../terminal.ts";
import { printable } from "./printable.ts";
import { durationText, octetsText } from "./quantity-text.ts";
import { tableLines } from "./table.ts";

const HEADER = ["FLOW", "HERE", "PEER", "TARGET", "AGE", "OUT", "IN"];

/** `flor flows`: the client connections that begin or end at this node. */
export function flowsView(status: NodeStatus, style: Style): readonly string[] {
  const { list, open } = status.flows;
  if (open === 0) return ["no open flows"];
  const rows = tableLines(list.map(flowRow), HEADER.map(style.dim));
  return open > list.length ? [...rows, `… and ${open - list.length} more`] : rows;
}

function flowRow(flow: FlowStatus): readonly string[] {
  return [
    flow.id,
    flow.role,
    flow.peer,
    flow.network === "udp" ? `${printable(flow.target || "any")} udp` : printable(flow.target),
    durationText(flow.ageMs),
    octetsText(flow.outboundOctets),
    octetsText(flow.inboundOctets),
  ];
}
