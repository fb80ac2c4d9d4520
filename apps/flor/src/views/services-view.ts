import type { FoundPublisher, FoundService } from "@flor/node";
import type { ServicesAnswer } from "@flor/runtime/control";
import type { Style } from "../terminal.ts";
import { printable } from "./printable.ts";
import { tableLines } from "./table.ts";

const HEADER = ["SERVICE", "PUBLISHER", "STATE", "WEIGHT", "ZONE", "TAGS"];
const OWN_HEADER = ["PUBLISHED HERE", "TARGET", "STATE", "WEIGHT", "FOR", "OPEN", "OPENED"];

/** `flor services`: who publishes what, then what this node publishes, then what is wrong. */
export function servicesView(answer: ServicesAnswer, style: Style): readonly string[] {
  const { networks, found, published } = answer;
  if (networks.length === 0) return ["this node has no services: add services: { network: team } to its configuration"];
  const others =
    found.length === 0
      ? [`nobody publishes a name of ${networks.join(", ")}`]
      : tableLines(
          found.flatMap((service) => publisherRows(service, style)),
          HEADER.map(style.dim),
        );
  const own = published.map(({ name, target, state, reason, weight, allow, openFlows, opened }) => [
    printable(name),
    printable(target),
    stateText(state, style) + (reason === "" ? "" : style.dim(` (${printable(reason)})`)),
    `${weight}`,
    allow.map(printable).join(", "),
    `${openFlows}`,
    `${opened}`,
  ]);
  const ownLines = own.length === 0 ? [] : ["", ...tableLines(own, OWN_HEADER.map(style.dim))];
  return [...others, ...ownLines, ...troubles(answer, style)];
}

/** `flor lookup`: the publishers of one name. */
export function lookupView(service: FoundService, style: Style): readonly string[] {
  return tableLines(publisherRows(service, style), HEADER.map(style.dim));
}

function publisherRows({ name, publishers }: FoundService, style: Style): readonly (readonly string[])[] {
  return publishers.map((publisher, index) => [
    index === 0 ? printable(name) : "",
    printable(publisher.node),
    grantedState(publisher, style),
    `${publisher.weight}`,
    printable(publisher.zone),
    [...(publisher.isFallback ? ["fall-back"] : []), ...publisher.tags.map(printable)].join(" "),
  ]);
}

function grantedState({ isGranted, state }: FoundPublisher, style: Style): string {
  return isGranted ? stateText(state, style) : style.red("not granted: see services.trust");
}

/** A state, green, yellow or red. */
export function stateText(state: string, style: Style): string {
  if (state === "up") return style.green(state);
  return state === "draining" ? style.yellow(state) : style.red(state);
}

function troubles(answer: ServicesAnswer, style: Style): readonly string[] {
  const { badRecords, lastBadRecord, leftOut, ownLeftOut, registry } = answer;
  const lines: string[] = [];
  if (registry !== undefined && registry.state !== "current")
    lines.push(`the registry is ${registry.state}: ${printable(registry.reason)}; what was known stays in use`);
  if (registry !== undefined && registry.refused > 0)
    lines.push(
      `${registry.refused} values of the registry were refused, the last one: ${printable(registry.lastRefused)}`,
    );
  if (badRecords > 0) lines.push(`${badRecords} bad records, the last: ${printable(lastBadRecord)}`);
  if (leftOut > 0) lines.push(`${leftOut} records were left out: too many`);
  if (ownLeftOut > 0)
    lines.push(`${ownLeftOut} of this node's records do not fit in its advertisement: use a registry`);
  return lines.length === 0 ? [] : ["", ...lines.map((line) => `${style.red("!")} ${line}`)];
}
