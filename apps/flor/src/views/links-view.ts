import type { LinkStatus, NodeStatus } from "@flor/node";
import type { Style } from "../terminal.ts";
import { printable } from "./printable.ts";
import { stateText } from "./state-text.ts";
import { tableLines } from "./table.ts";

const LINK_HEADER = ["LINK", "KIND", "STATE", "PID", "RESTARTS", "PORTS", "DROPPED"];
const PORT_HEADER = ["LINK", "PORT", "STATE", "PEER", "ADDRESS", "MTU", "UNSEGMENTED"];

/** `flor links`: the links, then their ports. */
export function linksView(status: NodeStatus, style: Style): readonly string[] {
  if (status.links.length === 0) return ["no links: list them in the configuration, under links"];
  const links = tableLines(
    status.links.map((link) => linkRow(link, style)),
    LINK_HEADER.map(style.dim),
  );
  const ports = portLines(status.links, style);
  const listed = ports.length === 0 ? links : [...links, "", ...ports];
  const reasons = status.links.flatMap((link) => degradedLines(link, style));
  return reasons.length === 0 ? listed : [...listed, "", ...reasons];
}

/** The ports of links as a table; empty when there are none. */
export function portLines(links: readonly LinkStatus[], style: Style): readonly string[] {
  const ports = links.flatMap((link) => portRows(link, style));
  return ports.length === 0 ? [] : tableLines(ports, PORT_HEADER.map(style.dim));
}

function degradedLines({ name, degradedReason }: LinkStatus, style: Style): readonly string[] {
  return degradedReason === undefined ? [] : [`${style.yellow("!")} ${name} is degraded: ${printable(degradedReason)}`];
}

function linkRow(link: LinkStatus, style: Style): readonly string[] {
  return [
    link.name,
    link.kind,
    `${stateText(link.state, style)}${link.degraded ? ` ${style.yellow("degraded")}` : ""}`,
    String(link.pid ?? "–"),
    String(link.restarts),
    String(link.ports.filter(({ stranger }) => !stranger).length),
    String(droppedBy(link)),
  ];
}

/** Frames that node and link dropped on this link, all reasons together. */
export function droppedBy(link: LinkStatus): number {
  const counts = [...Object.entries(link.counters), ...Object.entries(link.reported)];
  return counts.reduce((sum, [name, count]) => (name.startsWith("drop.") ? sum + count : sum), 0);
}

function portRows(link: LinkStatus, style: Style): readonly (readonly string[])[] {
  return link.ports.map((port) => [
    link.name,
    String(port.port),
    stateText(port.stranger ? "stranger" : port.up ? "up" : "down", style),
    port.peer ?? "–",
    printable(port.address),
    String(port.mtuOctets),
    String(port.segmentMtuOctets),
  ]);
}
