import type { TracedHop, TraceReport, TriedFlow } from "@flor/runtime/control";
import type { SeenEdge } from "@flor/node";
import type { Style } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { printable } from "./printable.ts";
import { percentText, roundTripText } from "./quantity-text.ts";
import { shortId } from "./short-id.ts";
import { tableLines } from "./table.ts";

const HEADER = ["HOP", "NODE", "LABEL", "ROUND TRIP", "LOST", "LINK", "MTU", "LOSS"];
/** How both directions are written, where they differ. */
const BOTH = "there/back";

/** `flor trace`: the nodes of a path, the round trip to each, and what each link says of itself, both ways. */
export function traceView({ peer, path, hops, beyond, destination }: TraceReport, style: Style): readonly string[] {
  const nodes = hops.length === 1 ? "a neighbour" : `${hops.length} hops`;
  const { payloadOctets, unsegmentedPayloadOctets } = path;
  const gateway = beyond && printable(beyond.gateway);
  const way = gateway === undefined ? "" : `by the gateway ${gateway}, `;
  const first = hops[0];
  const cost = first?.there.up === false ? `${nodeText(first)} is silent now` : `cost ${path.cost}`;
  const head = `${printable(peer)}: ${way}${nodes}, ${cost}, ${payloadOctets} octets cross, ${unsegmentedPayloadOctets} unsegmented`;
  const rows = hops.map((hop, index) => hopRow(hop, index + 1, style));
  const table = tableLines(rows, HEADER.map(style.dim));
  const notes = hops.flatMap((hop) => noteOn(hop, style));
  const legend = table.some((line) => line.includes("/")) ? [style.dim(`a/b: ${BOTH}`)] : [];
  const end =
    beyond === undefined
      ? []
      : [
          `${printable(peer)} is of another network, ${printable(beyond.network)}: what is beyond ${gateway} is not shown`,
        ];
  return [head, ...table, ...legend, ...notes, ...end, ...destinationLines(destination, style)];
}

/** A node's name, or the beginning of its id where it is not listed here. */
export function nodeText({ name, id }: { readonly name: string | undefined; readonly id: string }): string {
  return name === undefined ? shortId(id) : printable(name);
}

function hopRow(hop: TracedHop, number: number, style: Style): readonly string[] {
  return [
    String(number),
    nodeText(hop),
    String(hop.label),
    hop.meanMs === undefined ? style.red("no reply") : roundTripText(hop.meanMs),
    lostText(hop),
    roundTripText(hop.there.rttMs ?? hop.back?.rttMs),
    both(String(hop.there.mtuOctets), hop.back && String(hop.back.mtuOctets)),
    both(lossText(hop.there), hop.back && lossText(hop.back)),
  ];
}

/** Of the echoes to a node: `–`, `all`, or how many were lost there and back. */
function lostText({ sent, reached, replied }: TracedHop): string {
  if (replied === sent) return "–";
  if (replied === 0) return "all";
  const there = sent - Math.max(reached ?? 0, replied);
  return `${there}/${sent - replied - there}`;
}

/** Of the link alone, as its ends count their hellos. */
function lossText({ up, loss }: SeenEdge): string {
  if (!up) return "down";
  return loss > 0 ? percentText(loss) : "–";
}

function both(there: string, back: string | undefined): string {
  return back === undefined || there === back ? there : `${there}/${back}`;
}

function noteOn({ problem, ...hop }: TracedHop, style: Style): readonly string[] {
  return problem === undefined ? [] : [`${style.yellow("!")} ${nodeText(hop)}: ${printable(problem)}`];
}

function destinationLines(destination: TraceReport["destination"], style: Style): readonly string[] {
  if (destination === undefined) return [];
  const { text, flow, route } = destination;
  const by = flow.peer === "" ? "no peer" : printable(flow.peer);
  const rule = route && `by the route to ${printable(route.to)}, through ${route.through.map(printable).join(", ")}`;
  const why = flow.service === undefined ? rule : `by the name of the service ${printable(flow.service)}`;
  const opened =
    flow.cause === "ok"
      ? `${style.green("open")} ${printable(text)} through ${by} in ${roundTripText(flow.ms)}`
      : `${style.red("not open")} ${printable(text)} through ${by}: ${flow.cause}, after ${roundTripText(flow.ms)}`;
  return [...(why === undefined ? [] : [why]), opened];
}

/** What to do about a flow that did not open. */
export function adviceOnFlow(text: string, { peer, cause }: TriedFlow): string {
  const exit = peer === "" ? "the exit" : printable(peer);
  if (cause === "not-allowed")
    return `at ${exit}: does a rule under outbounds allow ${printable(text)}? ${TYPED_FLOR} policy explain says`;
  if (cause === "connection-refused") return `${exit} reached the machine, and nothing listens on that port`;
  if (cause === "host-unreachable") return `${exit} could not reach it: is the name right, and is the machine up?`;
  if (cause === "timed-out" || cause === "no-answer")
    return `${exit} or the target did not answer in time: ${TYPED_FLOR} doctor ${exit} looks at the way`;
  return `the log of ${exit} says more (${TYPED_FLOR} logs)`;
}
