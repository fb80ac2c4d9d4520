import type { FoundService, ServiceExplanation, ServiceSimulation } from "@flor/node";
import type { Style } from "../terminal.ts";
import { printable } from "./printable.ts";
import { roundTripText } from "./quantity-text.ts";
import { stateText } from "./services-view.ts";
import { tableLines } from "./table.ts";

const BACKENDS = ["PUBLISHER", "NOW", "SHARE", "OPEN", "OPENED", "FAILED", "EJECTED", "OPEN P50", "P99"];

/** `flor lb show`: services that are used from here. */
export function usesView(services: readonly FoundService[], style: Style): readonly string[] {
  const used = services.filter(({ use }) => use !== undefined);
  if (used.length === 0) return ["no service was used from here yet; flor lb show NAME looks one up"];
  return used.flatMap((service, index) => [...(index === 0 ? [] : [""]), ...useLines(service, style)]);
}

function useLines({ name, use }: FoundService, style: Style): readonly string[] {
  if (use === undefined) return [];
  const { affinity, opened, retries, tromboned, failed, table, backends, isPanicking, panicPicks, sizeError } = use;
  const failures = Object.entries(failed).map(([cause, count]) => `${count} ${cause}`);
  const { slots, entriesMin, entriesMax, builds, moved, unavoidable, hash } = table;
  const passedOn = tromboned === 0 ? [] : [`${tromboned} passed on to another network`];
  const counts = [
    `${opened} opened`,
    `${retries} asked again`,
    ...passedOn,
    ...failures.map((text) => `failed: ${text}`),
  ];
  const lines = [
    `${style.bold(printable(name))}  affinity ${affinity}, ${counts.join(", ")}`,
    `table ${hash}: ${slots} slots, ${entriesMin} to ${entriesMax} each`,
    `build ${builds} moved ${moved} slots, ${unavoidable} of them unavoidably`,
    ...tableLines(
      backends.map((backend) => [
        printable(backend.node),
        backend.verdict === "taken" ? style.green("taken") : style.red(backend.verdict),
        shareText(backend.share),
        `${backend.openFlows}`,
        `${backend.opens}`,
        `${backend.failures}`,
        `${backend.ejections}`,
        roundTripText(backend.openMsP50),
        roundTripText(backend.openMsP99),
      ]),
      BACKENDS.map(style.dim),
    ),
  ];
  if (isPanicking || panicPicks > 0)
    lines.push(
      `${style.red("!")} most of the weight is gone ${isPanicking ? "now" : "no longer"}: ${panicPicks} clients were sent by the table alone`,
    );
  if (sizeError !== "") lines.push(`${style.red("!")} ${printable(sizeError)}`);
  return lines;
}

/** `flor lb explain`: one client's way. */
export function explanationView(explanation: ServiceExplanation, style: Style): readonly string[] {
  const { name, affinity, key, hash, slot, slots, owner, picked, isPanicking, verdicts } = explanation;
  return [
    `${style.bold(printable(name))} goes to ${picked === "" ? style.red("nobody") : style.bold(printable(picked))}`,
    `affinity ${affinity}: "${printable(key)}" → ${hash} → slot ${slot} of ${slots}, which is ${printable(owner)}'s`,
    ...(isPanicking ? ["most of the weight is gone: health reports are ignored"] : []),
    ...tableLines(
      verdicts.map(({ node, verdict, state }) => [
        printable(node),
        verdict === "taken" ? style.green("would be taken") : style.red(verdict),
        stateText(state, style),
      ]),
    ),
  ];
}

/** `flor lb simulate`: what a change would move. */
export function simulationView(
  { name, slots, moved, unavoidable, shares }: ServiceSimulation,
  style: Style,
): readonly string[] {
  const percent = (count: number): string => shareText(slots === 0 ? 0 : (100 * count) / slots);
  return [
    `${style.bold(printable(name))}: ${percent(moved)} of the clients would move, ${percent(unavoidable)} unavoidably`,
    ...tableLines(shares.map(({ node, before, after }) => [printable(node), shareText(before), "→", shareText(after)])),
  ];
}

function shareText(percent: number): string {
  return `${percent.toFixed(1)} %`;
}
