import type { CountsByName, NodeStatus } from "@flor/node";
import type { Style } from "../terminal.ts";
import { placeText } from "./place-text.ts";
import { adviceOn } from "./advice.ts";
import { areaRows } from "./area-rows.ts";
import { droppedBy } from "./links-view.ts";
import { pathText } from "./peers-view.ts";
import { printable } from "./printable.ts";
import { durationText, octetsText, roundTripText } from "./quantity-text.ts";
import { shortId } from "./short-id.ts";
import { stackRows } from "./stack-view.ts";
import { stateText } from "./state-text.ts";
import { tableLines } from "./table.ts";

/** `flor status`: the node at a glance, then what to do when something is wrong. */
export function statusView(status: NodeStatus, style: Style): readonly string[] {
  const sections = [
    nodeRows,
    inboundRows,
    metricsRows,
    transitRows,
    linkRows,
    stackRows,
    northboundRows,
    networkRows,
    areaRows,
    peerRows,
    flowRows,
    dropRows,
  ].flatMap((rows) => rows(status, style));
  const advice = adviceOn(status).map((line) => `${style.red("!")} ${line}`);
  const body = tableLines(sections.map(([section, ...cells]) => [style.dim(section ?? ""), ...cells]));
  return advice.length === 0 ? body : [...body, "", ...advice];
}

/** Of an ISO date. */
const DATE_CHARACTERS = 10;

type Rows = readonly (readonly string[])[];

function nodeRows(status: NodeStatus, style: Style): Rows {
  const { pid, memory, uptimeMs, version } = status;
  return [
    ["node", style.bold(status.name), shortId(status.id)],
    ...(status.reloadProblem === undefined ? [] : [["reload", "refused", printable(status.reloadProblem)]]),
    ...(status.unconfirmedMs === undefined ? [] : [["reload", "unconfirmed", unconfirmedText(status.unconfirmedMs)]]),
    ["", "", `flor ${version}, pid ${pid}, up ${durationText(uptimeMs)}, ${octetsText(memory.residentOctets)}`],
  ];
}

function unconfirmedText(leftMs: number): string {
  return `flor confirm, or it is undone in ${Math.ceil(leftMs / 1000)} s`;
}

function inboundRows(status: NodeStatus): Rows {
  return status.inbounds.map((inbound) => {
    const { kind, clients } = inbound;
    return ["inbound", kind, `${placeText(inbound)}, ${clients} ${clients === 1 ? "client" : "clients"}`];
  });
}

function metricsRows({ metrics }: NodeStatus): Rows {
  return metrics === undefined ? [] : [["metrics", "http", placeText(metrics)]];
}

function transitRows({ transit }: NodeStatus): Rows {
  if (transit === undefined || transit.carries) return [];
  const { lastAgoMs, stillForMs } = transit;
  const still = stillForMs === undefined ? "" : `, but what still comes for ${durationText(stillForMs)}`;
  const last = lastAgoMs === undefined ? "" : `; the last frame came ${durationText(lastAgoMs)} ago`;
  return [["transit", "refused", `nothing is carried for others${still}${last}`]];
}

function linkRows(status: NodeStatus, style: Style): Rows {
  return status.links.map((link) => {
    const ports = link.ports.filter(({ stranger }) => !stranger);
    const facts = [stateText(link.state, style), `${ports.filter(({ up }) => up).length} of ${ports.length} ports up`];
    if (link.pid !== undefined) facts.push(`pid ${link.pid}`);
    if (link.restarts > 0) facts.push(`restarts: ${link.restarts}`);
    if (droppedBy(link) > 0) facts.push(`${droppedBy(link)} dropped`);
    return ["link", `${link.name} (${link.kind})`, facts.join(", ")];
  });
}

function northboundRows({ northbounds }: NodeStatus): Rows {
  return northbounds.map(({ name, attached, peers }) => {
    const others = peers.length === 0 ? "no peer" : peers.join(", ");
    return ["above", name, attached ? `a node is attached, and at ${others}` : "no node is attached"];
  });
}

function networkRows({ networks = [] }: NodeStatus): Rows {
  return networks.map(({ name, ownName, isIssuer, members, reachable, expires }) => {
    const isMember = ownName !== undefined;
    const facts = [isMember ? `${reachable} of ${members} members reachable` : `${members} members`];
    if (isIssuer) facts.push("may invite and revoke");
    if (expires !== undefined) facts.push(`until ${expires.slice(0, DATE_CHARACTERS)}`);
    return ["network", name, `${isMember ? ownName : "this node is no longer a member"}, ${facts.join(", ")}`];
  });
}

function peerRows(status: NodeStatus, style: Style): Rows {
  return status.peers.map((peer) => {
    const roundTrip = peer.rttMs === undefined ? "" : `, ${roundTripText(peer.rttMs)}`;
    const way = peer.path.length === 0 ? "" : `, by ${pathText(peer)}${roundTrip}`;
    return ["peer", peer.name, `${stateText(peer.state, style)}${way}`];
  });
}

function flowRows({ flows }: NodeStatus): Rows {
  const { open, opened, outboundOctets, inboundOctets } = flows;
  const carried = `${octetsText(outboundOctets)} out, ${octetsText(inboundOctets)} in`;
  const failed = countsText(flows.failed);
  return [["flows", `${open} open`, `${opened} opened, ${carried}${failed === "" ? "" : `, failed: ${failed}`}`]];
}

function dropRows({ drops }: NodeStatus): Rows {
  const text = countsText(drops);
  return text === "" ? [] : [["dropped", "frames", text]];
}

function countsText(counts: CountsByName): string {
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  return shown.map(([name, count]) => `${count} ${printable(name)}`).join(", ");
}
