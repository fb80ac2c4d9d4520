import type { LinkStatus, NodeStatus, PeerStatus } from "@flor/node";
import { TYPED_FLOR } from "../typed-flor.ts";
import { printable } from "./printable.ts";

/** What mends a clock. */
export const SET_CLOCK = "set it: timedatectl set-ntp true";

/** Strangers may be many. */
const KNOCKS_SHOWN = 5;

/** Longer waits are felt by every flow. */
const LOOP_DELAY_MAX_MS = 50;

/** Why a session ended is shown this long. */
const ENDED_SHOWN_MS = 600_000;

/** What is wrong with the machine's clock, as far as the node knows. */
export function clockProblem({ clockBehindSeconds, clockDoubt }: NodeStatus): string | undefined {
  if (clockDoubt !== undefined) return printable(clockDoubt);
  if (clockBehindSeconds === undefined) return undefined;
  const way = clockBehindSeconds > 0 ? "behind" : "ahead";
  return `this machine's clock is ${Math.abs(clockBehindSeconds)} s ${way}, by what its peers say, and the node goes by theirs`;
}

/** What is wrong with a node, and what to do about it, one line each; empty when all is well. */
export function adviceOn(status: NodeStatus): readonly string[] {
  const links = status.links.flatMap(adviceOnLink);
  const load = [...adviceOnMistakes(status), ...adviceOnClock(status), ...adviceOnLoad(status)];
  // Without a link nothing can be reached: the peers would only repeat it.
  return links.length === status.links.length && links.length > 0
    ? [...load, ...links]
    : [...load, ...links, ...status.peers.flatMap(adviceOnPeer), ...adviceOnKnocks(status)];
}

function adviceOnMistakes({ mistakes }: NodeStatus): readonly string[] {
  const kinds = Object.entries(mistakes).map(([kind, count]) => `${count} ${printable(kind)}`);
  return kinds.length === 0
    ? []
    : [`bugs in flor that the node survived: ${kinds.join(", ")}; please report the log's "mistake" lines`];
}

function adviceOnClock(status: NodeStatus): readonly string[] {
  const problem = clockProblem(status);
  return problem === undefined ? [] : [`${problem}: ${SET_CLOCK}`];
}

function adviceOnLoad({ loopDelayMs }: NodeStatus): readonly string[] {
  const delay = Math.round(loopDelayMs.p99);
  return delay <= LOOP_DELAY_MAX_MS
    ? []
    : [`events wait ${delay} ms: the node has more to do than its processor can handle`];
}

function adviceOnLink(link: LinkStatus): readonly string[] {
  const reason = link.lastError === undefined ? "" : `: ${printable(link.lastError)}`;
  if (link.state === "failed")
    return [`link ${link.name} failed${reason}; repair that, then: ${TYPED_FLOR} link restart ${link.name}`];
  if (link.state === "stopped")
    return [`link ${link.name} is stopped; start it: ${TYPED_FLOR} link restart ${link.name}`];
  if (link.state === "back-off") return [`link ${link.name} is down and will be restarted${reason}`];
  if (link.degraded) return [`link ${link.name} is degraded: ${printable(link.degradedReason ?? "")}`];
  return [];
}

function adviceOnPeer(peer: PeerStatus): readonly string[] {
  const { name, misconduct } = peer;
  const told = misconduct === undefined ? [] : [`peer ${name} misbehaves: ${printable(misconduct)}`];
  return [...told, ...adviceOnState(peer)];
}

function adviceOnState({ name, state, reason, lastEnd }: PeerStatus): readonly string[] {
  const ended =
    lastEnd === undefined || lastEnd.agoMs > ENDED_SHOWN_MS
      ? undefined
      : { ago: `${Math.round(lastEnd.agoMs / 1000)} s ago`, why: printable(lastEnd.reason) };
  const replaced =
    ended?.why.startsWith("replaced: ") === true
      ? [`the session with ${name} was replaced ${ended.ago}${ended.why.slice("replaced".length)}`]
      : [];
  if (reason === undefined) return replaced;
  // What the other end said of it tells more than that nothing is heard.
  const last =
    ended === undefined || ended.why === "" || replaced.length > 0
      ? ""
      : `; its last session ended ${ended.ago}: ${ended.why}`;
  return [...replaced, `peer ${name} is ${state}: ${printable(reason)}${last}`];
}

/** Those of peers stand with the peer. */
function adviceOnKnocks({ knocks, peers }: NodeStatus): readonly string[] {
  const told = new Set(peers.flatMap(({ reason }) => reason ?? []));
  const fresh = knocks.filter(({ problem }) => ![...told].some((reason) => reason.includes(problem)));
  return fresh.slice(0, KNOCKS_SHOWN).map(({ problem, count }) => `${printable(problem)} (${count} times)`);
}
