/** What `flor doctor` concludes of a path, and of a flow over it. */
import type { SeenPath } from "@flor/node";
import type { TriedFlow } from "@flor/runtime/control";
import { TYPED_FLOR } from "../typed-flor.ts";
import { roundTripText } from "../views/quantity-text.ts";
import { nodeText } from "../views/trace-view.ts";
import type { Finding } from "./finding.ts";

/** Whether the first node on a path is heard. */
export function nextHopFinding(about: string, { hops }: SeenPath): Finding {
  const [first] = hops;
  const seen =
    hops.length === 1 ? "is a neighbour" : `is ${hops.length} hops away, by ${hops.map(nodeText).join(" → ")}`;
  if (first?.there.up === true) return { about, state: "good", seen };
  return {
    about,
    state: "wrong",
    seen,
    advice: `${first === undefined ? "the next hop" : nodeText(first)} is silent: check it first`,
  };
}

/** Whether a flow was answered, if only by a refusal. */
export function flowFinding(about: string, flow: TriedFlow | Error): Finding {
  if (flow instanceof Error) return { about, state: "look", seen: flow.message };
  if (flow.isAnswered)
    return {
      about,
      state: "good",
      seen: `a test flow was answered in ${roundTripText(flow.ms)}: ${flow.cause}, as expected for a name that does not exist`,
    };
  const advice = `${TYPED_FLOR} peers shows the session; does ${about.slice(5)} list this node?`;
  return { about, state: "wrong", seen: `a flow was not answered: ${flow.cause}`, advice };
}
