/** What `flor doctor` concludes of a host of another network: the gateway, the lease of the way, and a flow. */
import type { PeerStatus, RefusedStatus, SeenPaths } from "@flor/node";
import type { TriedFlow } from "@flor/runtime/control";
import { TYPED_FLOR } from "../typed-flor.ts";
import { durationText } from "../views/quantity-text.ts";
import type { Finding } from "./finding.ts";
import { flowFinding, nextHopFinding } from "./way-findings.ts";

/** What was seen of one, after a flow to it was tried. */
export interface ForeignFacts {
  /** `HOST.NETWORK`. */
  readonly name: string;
  /** `undefined`: no way leads to it, and none did of late. */
  readonly peer: PeerStatus | undefined;
  readonly paths: SeenPaths | undefined;
  readonly refused: RefusedStatus | undefined;
  readonly flow: TriedFlow | Error;
}

/** What to do about what a gateway or this node said; the first that fits. */
const ADVICE: readonly (readonly [said: RegExp, advice: string])[] = [
  [/^no gateway to \S+ can be reached/, `look at the gateway first: ${TYPED_FLOR} doctor, and its name`],
  [/^no rule of the gateway/, "a rule is missing under gateway, at the first gateway or at the next"],
  [/take this node's word/, "the gateway behind has to list the one before it, under gateways of foreign"],
  [/takes nobody of that network/, "that host needs this network under its foreign"],
  [/answer was not believed/, "is the id under foreign that network's own? Its owner reads it in flor members"],
];

/** All findings of one host. */
export function foreignFindings({ name, peer, paths, refused, flow }: ForeignFacts): readonly Finding[] {
  const about = `peer ${name}`;
  const gateway = peer?.foreign?.gateway;
  if (peer?.foreign === undefined || gateway === undefined) {
    const reason = refused?.reason ?? peer?.reason ?? "the gateway has not answered yet";
    const advice = ADVICE.find(([said]) => said.test(reason))?.[1];
    const seen = `no way leads to it: ${reason}`;
    const { advice: _, ...flowLine } = flowFinding(about, flow);
    return [{ about, state: "wrong", seen, ...(advice !== undefined && { advice }) }, flowLine];
  }
  const { network, leaseMs } = peer.foreign;
  const seen = `is of another network, ${network}: ${gateway} leads to it, leased for ${durationText(leaseMs)} more`;
  const way: Finding = { about, state: "good", seen };
  const toGateway = paths?.inUse === undefined ? [] : [nextHopFinding(`peer ${gateway}`, paths.inUse)];
  return [way, ...toGateway, tried(about, flow)];
}

function tried(about: string, flow: TriedFlow | Error): Finding {
  const { advice, ...finding } = flowFinding(about, flow);
  if (advice === undefined) return finding;
  return { ...finding, advice: "its log says what it refused; do its rules name this network or this node?" };
}
