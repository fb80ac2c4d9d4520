import type { RefusedWay, SeenPath, SeenPaths } from "@flor/node";
import type { Style } from "../terminal.ts";
import { printable } from "./printable.ts";
import { durationText } from "./quantity-text.ts";
import { nodeText } from "./trace-view.ts";

const REASONS: Readonly<Record<NonNullable<SeenPaths["reason"]>, string>> = {
  cheapest: "the cheapest, or one of several equally cheap",
  kept: "already in use, and no other has been a fifth cheaper for 10 s",
  only: "the only one",
  configured: "required by the configuration: via, avoid or disjoint of this peer",
  gateway: "by a gateway: it is a host of another network",
  "silent-avoided": "a cheaper one carried nothing, and is not used for a while",
};

/** `flor paths`: the path in use to each peer, cost by cost, why it is used, and what else there is. */
export function pathsView(all: readonly SeenPaths[], style: Style): readonly string[] {
  if (all.length === 0) return ["no peers: list them in the configuration, under peers"];
  return all.flatMap((paths, index) => [...(index === 0 ? [] : [""]), ...peerLines(paths, style)]);
}

function peerLines(paths: SeenPaths, style: Style): readonly string[] {
  const { peer, inUse, reason, reach, gateway, refused, others } = paths;
  if (inUse === undefined) {
    const why = refused === undefined ? "; flor doctor says why" : `: ${refusalText(refused)} (transit: false there)`;
    return [`${style.bold(printable(peer))}: ${style.red("no path")}${why}`];
  }
  return [
    `${style.bold(printable(peer))}: ${wayText(inUse)}${gateway === undefined ? "" : ` → ${printable(peer)}`}`,
    `  in use   ${costText(inUse)}${gateway === undefined ? "" : `, as far as ${printable(gateway.name)}`}`,
    `  why      ${REASONS[reason ?? "only"]}`,
    ...reachLines(reach),
    ...(gateway === undefined ? [] : [`  lease    ${durationText(gateway.leaseMs)}, renewed while flows are open`]),
    `  carries  ${inUse.payloadOctets} octets, ${inUse.unsegmentedPayloadOctets} unsegmented`,
    ...others.map(
      (other) => `  instead  ${wayText(other)}: ${costText(other)}, ${whyNot(other, { ...inUse, reason }, style)}`,
    ),
    ...(refused?.path === undefined
      ? []
      : [`  instead  ${wayText(refused.path)}: ${costText(refused.path)}, ${style.yellow(refusalText(refused))}`]),
  ];
}

function refusalText({ by }: RefusedWay): string {
  return `${by.map(printable).join(" and ")} ${by.length === 1 ? "carries" : "carry"} nothing for others`;
}

/** How it is reached, where there is more to say than the path does. */
function reachLines(reach: SeenPaths["reach"]): readonly string[] {
  if (reach?.kind === "punched")
    return ["  directly through the NATs in between: both ends found the address together"];
  if (reach?.why === undefined) return [];
  return [`  relayed  by ${printable(reach.through ?? "another node")}: ${reach.why}`];
}

function whyNot(
  other: SeenPaths["others"][number],
  { cost, reason }: SeenPath & Pick<SeenPaths, "reason">,
  style: Style,
): string {
  if (other.carriedNothing) return style.yellow("carried nothing");
  const unwanted = reason === "configured" ? ", and the configuration wants another" : "";
  if (other.cost === cost) return `as cheap${unwanted}`;
  return other.cost > cost ? `${other.cost - cost} dearer` : `${cost - other.cost} cheaper${unwanted}`;
}

function wayText({ hops }: SeenPath): string {
  return hops.map(nodeText).join(" → ");
}

/** `cost 12 + 30 = 42`, in tenths of a millisecond; or that nothing is heard from the node in front. */
function costText({ hops, cost }: SeenPath): string {
  const [first] = hops;
  // Its cost is that of a way which is only taken where there is no other.
  if (first?.there.up === false) return `${nodeText(first)} is silent now: kept while there is no other`;
  const sum = hops.map(({ there }) => there.cost);
  const told = sum.reduce((total, one) => total + one, 0);
  return sum.length === 1 || told !== cost ? `cost ${cost}` : `cost ${sum.join(" + ")} = ${cost}`;
}
