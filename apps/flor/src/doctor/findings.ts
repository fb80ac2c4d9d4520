/** What `flor doctor` concludes from what it saw: one finding a line, with what to do where something is wrong. */
import type { LinkStatus, NodeStatus, PeerStatus, SeenPath, SeenPaths } from "@flor/node";
import type { EchoReport, TriedFlow } from "@flor/runtime/control";
import { TYPED_FLOR } from "../typed-flor.ts";
import { clockProblem, SET_CLOCK } from "../views/advice.ts";
import { octetsText, roundTripText } from "../views/quantity-text.ts";
import type { Finding } from "./finding.ts";
import { type ForeignFacts, foreignFindings } from "./foreign-findings.ts";
import { flowFinding, nextHopFinding } from "./way-findings.ts";

/** What was seen of one peer. An `Error` stands for what the node refused. */
export interface PeerFacts {
  readonly peer: PeerStatus;
  readonly paths: SeenPaths;
  /** Without a path: where the layer ends, and what to look at; absent: nothing tells. */
  readonly cut?: string;
  /** The shortest echo. */
  readonly short: TriedEcho;
  /** An echo as long as the path should carry; `undefined`: not tried. */
  readonly long: TriedEcho | undefined;
  /** If that did not come back: one as long as crosses in one piece. */
  readonly whole?: TriedEcho;
  readonly flow: TriedFlow | Error | undefined;
}

/** One echo, asked for again where it did not come back. */
export interface TriedEcho {
  /** Of the last one. */
  readonly report: EchoReport | Error;
  /** How many there were. */
  readonly tries: number;
}

/** What was seen. */
export interface Facts {
  readonly status: NodeStatus;
  /** Of the command. */
  readonly version: string;
  readonly nodeVersion: string;
  readonly unixSeconds: number;
  /** This machine's own addresses but those of loopback. */
  readonly addresses: readonly string[];
  readonly peers: readonly PeerFacts[];
  /** Hosts of other networks. */
  readonly foreign: readonly ForeignFacts[];
}

/** 2026-01-01: no clock of a machine that runs this is earlier. */
const EARLIEST_SECONDS = 1_767_225_600;
/** Not routed in public: RFC 1918, 6598, 3927, 4193, 4291. */
const PRIVATE =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd]|fe[89ab])/i;

/** What to do where no direct path was found, by why; for the rest there is nothing to do. */
const RELAYED: readonly (readonly [why: RegExp, advice: string])[] = [
  [/the NAT here/, "forward a UDP port to this machine, and give others its address; or leave it relayed"],
  [
    /on the way|firewall/,
    "it works so; for a direct path, list its address under peers, or look at the NAT and firewall at both ends",
  ],
  [/announces no addresses/, "it works so; a direct path needs a udp link there, and a flor that is not older"],
  [/no neighbour has told/, "it works so; a direct path needs a neighbour of both over udp"],
];

/** All findings, in the order in which one thing needs the other. */
export function findingsOf(facts: Facts): readonly Finding[] {
  const { status, peers, foreign } = facts;
  const links = status.links.map(linkFinding);
  const none = {
    about: "links",
    state: "wrong",
    seen: "there are none",
    advice: "list one in the configuration, under links",
  } as const;
  const machine = [
    programFinding(facts),
    ...(links.length === 0 ? [none] : links),
    clockFinding(facts),
    natFinding(facts),
    ...transitFindings(status),
  ];
  return [...machine, ...peers.flatMap((peer) => peerFindings(peer, status)), ...foreign.flatMap(foreignFindings)];
}

function programFinding({ status, version, nodeVersion }: Facts): Finding {
  const seen = `flor ${status.version} on Node ${nodeVersion}, node ${status.name}, pid ${status.pid}`;
  if (status.version === version) return { about: "program", state: "good", seen };
  const advice = `restart it: it runs another version of flor than this command, ${version}`;
  return { about: "program", state: "look", seen, advice };
}

function linkFinding({ name, kind, state, lastError, degraded, degradedReason, ports }: LinkStatus): Finding {
  const about = `link ${name}`;
  if (state !== "ready") {
    const why = lastError === undefined ? "" : `: ${lastError}`;
    return {
      about,
      state: "wrong",
      seen: `${kind}, ${state}${why}`,
      advice: `fix that; ${TYPED_FLOR} link show ${name} has its log`,
    };
  }
  // Ports of nobody are strangers, and addresses that are tried for a direct path.
  const known = ports.filter(({ stranger, peer }) => !stranger && peer !== undefined);
  const seen = `${kind}, ready, ${known.filter(({ up }) => up).length} of ${known.length} neighbours heard`;
  if (degraded)
    return {
      about,
      state: "look",
      seen: `${seen}; ${degradedReason ?? "degraded"}`,
      advice: `${TYPED_FLOR} link show ${name} has its counters`,
    };
  return { about, state: "good", seen };
}

function clockFinding({ status, unixSeconds }: Facts): Finding {
  const about = "clock";
  const seen = `${new Date(unixSeconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const problem = clockProblem(status);
  if (problem !== undefined)
    return {
      about,
      state: status.clockDoubt === undefined ? "look" : "wrong",
      seen: `${seen}; ${problem}`,
      advice: SET_CLOCK,
    };
  if (unixSeconds < EARLIEST_SECONDS) return { about, state: "wrong", seen, advice: SET_CLOCK };
  const skewed = status.knocks.find(({ problem }) => /\bclock/.test(problem));
  if (skewed !== undefined)
    return {
      about,
      state: "wrong",
      seen: `${seen}; ${skewed.problem}`,
      advice: "set the clock that is wrong: timedatectl set-ntp true",
    };
  return { about, state: "good", seen: `${seen}, and no neighbour's differs` };
}

function natFinding({ addresses, status }: Facts): Finding {
  const about = "NAT";
  const open = addresses.filter((address) => !PRIVATE.test(address));
  if (open.length > 0)
    return {
      about,
      state: "good",
      seen: `${open.slice(0, 3).join(", ")} can be reached from outside, unless a firewall drops it`,
    };
  const seen =
    addresses.length === 0
      ? "this machine has no address but loopback"
      : `only private addresses: ${addresses.slice(0, 3).join(", ")}`;
  const waits = status.peers.filter(({ adjacencies, state }) => adjacencies.length === 0 && state === "unreachable");
  const advice =
    "nodes elsewhere reach it only after it has dialled them: give one of them an address under peers, or forward a port to it";
  return { about, state: "look", seen, ...(waits.length > 0 ? { advice } : {}) };
}

/** Only where it carries nothing: as it does for others is the rule. */
function transitFindings({ transit }: NodeStatus): readonly Finding[] {
  if (transit === undefined || transit.carries) return [];
  const seen = "this node carries nothing for others: peers whose only path leads through it have none";
  return [
    { about: "transit", state: "look", seen, advice: "transit: true in its configuration, where that is not meant" },
  ];
}

function peerFindings(
  { peer, paths, cut, short, long, whole, flow }: PeerFacts,
  status: NodeStatus,
): readonly Finding[] {
  const about = `peer ${peer.name}`;
  const neighbour = peer.adjacencies.length > 0 ? [answerFinding(peer, status)] : [];
  const toDo = carryAdvice(paths) ?? cut;
  if (paths.inUse === undefined)
    return [
      ...neighbour,
      {
        about,
        state: "wrong",
        seen: toDo === undefined || peer.reason === undefined ? "no path to it" : `no path to it: ${peer.reason}`,
        advice: toDo ?? peer.reason ?? "is it up, and does a neighbour know it?",
      },
    ];
  const next = nextHopFinding(about, paths.inUse);
  const straight = straightFinding(peer);
  return [
    ...neighbour,
    next,
    ...(straight === undefined ? [] : [straight]),
    echoFinding(about, short),
    ...(long === undefined ? [] : [mtuFinding(about, long, whole, paths.inUse)]),
    ...(flow === undefined ? [] : [flowFinding(about, flow)]),
  ];
}

/** Where nodes between refuse: it is them that are to be changed, and nobody fell silent. */
function carryAdvice({ refused }: SeenPaths): string | undefined {
  if (refused === undefined) return undefined;
  return `transit: true at ${refused.by.join(" or ")}, or another node between that both ends reach`;
}

/** Whether packets leave for a neighbour, and an answer comes. */
function answerFinding({ name, adjacencies, reason }: PeerStatus, { links }: NodeStatus): Finding {
  const about = `peer ${name}`;
  const alive =
    adjacencies.find((adjacency) => adjacency.best && adjacency.alive) ?? adjacencies.find(({ alive: is }) => is);
  if (alive !== undefined)
    return {
      about,
      state: "good",
      seen: `answers over ${alive.link} from ${alive.address}, ${roundTripText(alive.rttMs)}`,
    };
  const tried = adjacencies.map(({ link, address }) => `${link} ${address}`).join(", ");
  const sent = links.find(({ name: link }) => link === adjacencies[0]?.link)?.reported["wire.sent_datagrams"];
  const seen = `does not answer over ${tried}${sent === undefined ? "" : `; ${sent} datagrams were sent`}`;
  return { about, state: "wrong", seen, advice: reason ?? "is it up, is its port open, does it list this node?" };
}

/** Whether it is reached straight, and why not. */
function straightFinding({ name, reach }: PeerStatus): Finding | undefined {
  const about = `peer ${name}`;
  if (reach?.kind === "punched")
    return { about, state: "good", seen: "is reached directly, through the NATs in between" };
  if (reach?.kind !== "relayed" || reach.why === undefined) return undefined;
  const seen = `is relayed by ${reach.through ?? "another node"}: ${reach.why}`;
  const advice = RELAYED.find(([why]) => why.test(reach.why ?? ""))?.[1];
  return advice === undefined ? { about, state: "good", seen } : { about, state: "look", seen, advice };
}

function echoFinding(about: string, { report, tries }: TriedEcho): Finding {
  if (report instanceof Error) return { about, state: "look", seen: report.message };
  const { outcome } = report;
  const advice = `${TYPED_FLOR} trace ${about.slice(5)} says how far they come`;
  if (!("rttMs" in outcome))
    return { about, state: "wrong", seen: `of ${tries} echoes none came back: ${outcome.problem}`, advice };
  if (tries > 1) return { about, state: "look", seen: `of ${tries} echoes only the last came back`, advice };
  return { about, state: "good", seen: `an echo came back after ${roundTripText(outcome.rttMs)}` };
}

function mtuFinding(
  about: string,
  long: TriedEcho,
  whole: TriedEcho | undefined,
  { payloadOctets, unsegmentedPayloadOctets }: SeenPath,
): Finding {
  const octets = octetsText(payloadOctets);
  if (long.report instanceof Error) return { about, state: "look", seen: long.report.message };
  if (isBack(long)) return { about, state: "good", seen: `${octets} cross whole, there and back` };
  const none = `${octets} should cross, and of ${long.tries} none came back: ${problemOf(long)}`;
  const advice =
    "something on the way drops long packets: a link with a smaller mtu, or a firewall that drops fragments";
  if (whole === undefined) return { about, state: "wrong", seen: none, advice };
  const piece = `${unsegmentedPayloadOctets} octets, which take one packet,`;
  if (!isBack(whole))
    return { about, state: "wrong", seen: `${none}; nor did ${piece} come back: ${problemOf(whole)}`, advice };
  return {
    about,
    state: "look",
    seen: `${none}; ${piece} do`,
    advice: `packets are lost, and longer ones take many: ${TYPED_FLOR} trace ${about.slice(5)} shows where`,
  };
}

/** Whether the echo came back in the end. */
export function isBack({ report }: TriedEcho): boolean {
  return !(report instanceof Error) && "rttMs" in report.outcome;
}

function problemOf({ report }: TriedEcho): string {
  if (report instanceof Error) return report.message;
  return "problem" in report.outcome ? report.outcome.problem : "";
}
