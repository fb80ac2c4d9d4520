/**
 * What people at both ends are told when something is broken between or behind two nodes: twenty-four breakages, each with
 * the log and the status of either end, and the reply that a client at the near one gets.
 */
import { Cause } from "@flor/wire";
import { expect, it } from "vitest";
import {
  broken,
  type Broken,
  FAR,
  farFromNear,
  NEAR,
  nearFromFar,
  stage,
  type Stage,
  stranger,
} from "./breakage-stage.testing.ts";
import { peerOf } from "./memory-network.testing.ts";
import { type LogLine, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

/** What each end says, times left out, and what the client is told. */
interface Cells {
  readonly near: End;
  /** `undefined`: it is gone. */
  readonly far: End | undefined;
  readonly reply: string;
}

interface End {
  /** State and reason of the other node in `flor status`. */
  readonly status: string;
  /** Lines of the log since the breakage. */
  readonly log: readonly string[];
}

const NO_ANSWER = `${FAR} has not answered for N s: is far up and its port open, does it list this node (flor1q98ymy3…), do both clocks agree?`;
const SILENT_FAR = `nothing was heard from ${FAR} for N s: is far up, does the path still exist, does it still list this node?`;
const SILENT_NEAR = `nothing was heard from ${NEAR} for N s: is near up, does the path still exist, does it still list this node?`;
const WAITING = "unreachable: it has no address here: waiting for it to connect";
const BAD_MAC = `${NEAR} knocks as near with a bad MAC: it has another id for this node than flor id shows, or is not near`;
const UNLISTED = `${NEAR} knocks with an unlisted key: list its id under peers if it is yours`;
const REMOVED = "it was removed from the peers";
const REVOKED = "revoked in home by vm";
const ENDED = "its membership of home ended";
const REFUSED = "nothing listens there (ICMP: port unreachable)";
const CLOCKS = "at most 300 s are tolerated: set the clocks of both machines, for example by NTP";
const NO_NETWORK = "open-failed network-unreachable";
const TIMED_OUT = "open-failed timed-out";
const deafTo = (address: string): string =>
  `${address} is heard, but does not hear this node: packets to it are lost; does a firewall or a NAT drop them?`;
const waits = (trouble: string): string => `silent: ${trouble} Flows wait a while for it`;

/** Near knows only that nobody answers. */
const unanswered: End = { status: `unreachable: ${NO_ANSWER}`, log: [NO_NETWORK, `neighbour-silent ${NO_ANSWER}`] };
/** Near heard far before, and hears nothing now. */
const lost: End = {
  status: waits(SILENT_FAR),
  log: ["adjacency-down nothing is heard", `neighbour-silent ${SILENT_FAR}`, TIMED_OUT],
};
/** Far turns near away while both run, and says why. */
function turnedAway(why: string): Cells {
  const trouble = `far turned this node away N s ago: ${why}`;
  return {
    near: {
      status: `unreachable: ${trouble}`,
      log: [
        `adjacency-down ${why}`,
        `control-closed ${why}`,
        `session-closed ${why}`,
        NO_NETWORK,
        `neighbour-silent ${trouble}`,
      ],
    },
    far: {
      status: "unlisted",
      log: [`session-closed ${why}`, `adjacency-down ${why}`, `control-closed ${why}`],
    },
    reply: "network-unreachable",
  };
}
const farLost: End = { status: waits(SILENT_NEAR), log: ["adjacency-down nothing is heard"] };

const breakages: readonly (readonly [title: string, stage: () => Stage | Broken, cells: Cells])[] = [
  [
    "near has another id for far",
    () => {
      const wrong = { ...peerOf("other", { link: "wan", address: FAR }), name: "far" };
      return stage({ nearPeers: [wrong], nearPort: { key: wrong.id } });
    },
    {
      near: unanswered,
      far: { status: `unreachable: ${BAD_MAC}`, log: [`knock ${BAD_MAC}`] },
      reply: "network-unreachable",
    },
  ],
  [
    "far does not list near, or another node is there",
    () => stage({ farPeers: [], farPort: stranger }),
    { near: unanswered, far: { status: "unlisted", log: [`knock ${UNLISTED}`] }, reply: "network-unreachable" },
  ],
  [
    "near's clock is ahead",
    () => stage({ nearSkew: 604 }),
    {
      near: unanswered,
      far: {
        status: `unreachable: near knocks with a clock 604 s ahead, ${CLOCKS}`,
        log: [`knock near knocks with a clock 604 s ahead, ${CLOCKS}`],
      },
      reply: "network-unreachable",
    },
  ],
  [
    "near's clock is behind",
    () => stage({ nearSkew: -604 }),
    {
      near: unanswered,
      far: {
        status: `unreachable: near knocks with a clock 604 s behind, ${CLOCKS}`,
        log: [`knock near knocks with a clock 604 s behind, ${CLOCKS}`],
      },
      reply: "network-unreachable",
    },
  ],
  [
    "far's clock is ahead, and far dials too",
    () => stage({ farSkew: 604, farPeers: [peerOf("near", { link: "wan", address: NEAR })] }),
    {
      near: {
        status: `unreachable: far knocks with a clock 604 s ahead, ${CLOCKS}`,
        log: [
          `knock far knocks with a clock 604 s ahead, ${CLOCKS}`,
          NO_NETWORK,
          `neighbour-silent far knocks with a clock 604 s ahead, ${CLOCKS}`,
        ],
      },
      far: {
        status: `unreachable: near knocks with a clock 604 s behind, ${CLOCKS}`,
        log: [
          `knock near knocks with a clock 604 s behind, ${CLOCKS}`,
          `neighbour-silent near knocks with a clock 604 s behind, ${CLOCKS}`,
        ],
      },
      reply: "network-unreachable",
    },
  ],
  [
    "a firewall swallows all",
    () => {
      const staged = stage();
      cut(staged);
      return staged;
    },
    { near: unanswered, far: { status: WAITING, log: [] }, reply: "network-unreachable" },
  ],
  [
    "nothing listens there",
    () => {
      const staged = stage({ nearPort: { problem: "nothing listens there (ICMP: port unreachable)" } });
      staged.far.isDead = true;
      return staged;
    },
    {
      near: {
        status: `unreachable: ${FAR}: nothing listens there (ICMP: port unreachable)`,
        log: [NO_NETWORK, `neighbour-silent ${FAR}: nothing listens there (ICMP: port unreachable)`],
      },
      far: undefined,
      reply: "network-unreachable",
    },
  ],
  [
    "the name does not resolve",
    () => {
      const problem = '"vm.example" cannot be resolved: ENOTFOUND';
      return stage({ nearPort: { up: false, address: "vm.example:4600", problem } });
    },
    {
      near: {
        status: 'unreachable: vm.example:4600: "vm.example" cannot be resolved: ENOTFOUND',
        log: ['neighbour-silent vm.example:4600: "vm.example" cannot be resolved: ENOTFOUND', NO_NETWORK],
      },
      far: { status: WAITING, log: [] },
      reply: "network-unreachable",
    },
  ],
  [
    "near's link fails",
    () => broken(({ net, near }) => near.node.links.detach("wan", net.now)),
    {
      near: {
        status: "silent: its link wan is down; flows wait a while for it",
        log: ["adjacency-down its link wan is down", "control-closed port is gone", TIMED_OUT],
      },
      far: farLost,
      reply: "timed-out",
    },
  ],
  [
    "far is killed",
    () => broken(({ far }) => void (far.isDead = true)),
    { near: lost, far: undefined, reply: "timed-out" },
  ],
  [
    "far stops in order",
    () =>
      broken(({ net, far }) => {
        far.node.close();
        far.isWoken = true;
        net.run(50);
        far.isDead = true;
      }),
    {
      near: {
        status: "unreachable: far announced N s ago that it stops: start it there",
        log: [
          "adjacency-down it stops",
          "control-closed node stops",
          "session-closed node stops",
          NO_NETWORK,
          "neighbour-silent far announced N s ago that it stops: start it there",
        ],
      },
      far: undefined,
      reply: "network-unreachable",
    },
  ],
  [
    "far restarts without near in its list",
    () =>
      broken((staged) => {
        staged.far.isDead = true;
        const again = staged.net.add("far", { peers: [] });
        staged.net.connect(staged.near, { key: farFromNear.id, address: FAR }, again, stranger);
        return { ...staged, far: again };
      }),
    { near: lost, far: { status: "unlisted", log: [`knock ${UNLISTED}`] }, reply: "timed-out" },
  ],
  [
    "far takes near from its list while it runs",
    () => broken(({ net, far }) => far.node.setPeers([], net.now)),
    turnedAway(REMOVED),
  ],
  [
    "near is revoked",
    () => broken(({ net, far }) => far.node.setPeers([], net.now), { whyGone: REVOKED }),
    turnedAway(REVOKED),
  ],
  [
    "near's membership ends",
    () => broken(({ net, far }) => far.node.setPeers([], net.now), { whyGone: ENDED }),
    turnedAway(ENDED),
  ],
  [
    "far's link fails, and its port is closed",
    () =>
      broken(({ net, near, far }) => {
        far.node.links.detach("wan", net.now);
        const port = { port: 1, key: farFromNear.id, up: true, mtu: 16_384, segmentMtu: 1472, address: FAR };
        near.node.links.handlePorts("wan", [{ ...port, provisional: false, problem: REFUSED }], net.now);
      }),
    {
      near: {
        status: `silent: ${FAR}: ${REFUSED}; flows wait a while for it`,
        log: ["adjacency-down nothing is heard", `neighbour-silent ${FAR}: ${REFUSED}`, TIMED_OUT],
      },
      far: {
        status: "silent: its link wan is down; flows wait a while for it",
        log: ["adjacency-down its link wan is down", "control-closed port is gone"],
      },
      reply: "timed-out",
    },
  ],
  [
    "what goes from near to far is lost",
    () => broken(({ cable }) => void (cable.isOpenThere = false)),
    {
      near: {
        status: waits(deafTo(FAR)),
        log: ["adjacency-down it no longer hears this node", `neighbour-silent ${deafTo(FAR)}`, TIMED_OUT],
      },
      far: farLost,
      reply: "timed-out",
    },
  ],
  [
    "what goes from far to near is lost",
    () => broken(({ cable }) => void (cable.isOpenBack = false)),
    {
      near: lost,
      far: { status: waits(deafTo(NEAR)), log: ["adjacency-down it no longer hears this node"] },
      reply: "timed-out",
    },
  ],
  ["the way is cut", () => broken(cut), { near: lost, far: farLost, reply: "timed-out" }],
  [
    "each waits for the other to come",
    () => {
      const staged = stage({ nearPeers: [peerOf("far", { link: "wan" })] });
      staged.far.isDead = true;
      return staged;
    },
    { near: { status: WAITING, log: [NO_NETWORK] }, far: undefined, reply: "network-unreachable" },
  ],
  [
    "far is behind a node that does not list it",
    () => {
      const net = new StagedNetwork();
      const peers = [peerOf("far", { via: ["vm"] }), peerOf("vm", { link: "wan", address: FAR })];
      const near = net.add("near", { peers, routeTo: "far" });
      const vm = net.add("vm", { peers: [nearFromFar] });
      return { net, near, far: vm, cable: net.connect(near, { address: FAR }, vm, { address: NEAR }) };
    },
    {
      near: {
        status: "unreachable: no path through vm yet: is vm up, and does it list far?",
        log: ["adjacency-up", NO_NETWORK],
      },
      far: { status: "idle", log: ["adjacency-up"] },
      reply: "network-unreachable",
    },
  ],
  [
    "far's rules refuse the port",
    () =>
      broken(() => {}, { dial: (_, outcome) => outcome.failed(Cause.NOT_ALLOWED, "not allowed: no-rule: port 80") }),
    {
      near: { status: "up", log: ["open-failed not-allowed by far: not allowed: no-rule: port 80"] },
      far: { status: "up", log: ["connect-failed not-allowed: not allowed: no-rule: port 80"] },
      reply: "not-allowed",
    },
  ],
  [
    "the target refuses",
    () =>
      broken(() => {}, { dial: (_, outcome) => outcome.failed(Cause.CONNECTION_REFUSED, "10.0.0.5: ECONNREFUSED") }),
    {
      near: { status: "up", log: ["open-failed connection-refused by far: 10.0.0.5: ECONNREFUSED"] },
      far: { status: "up", log: ["connect-failed connection-refused: 10.0.0.5: ECONNREFUSED"] },
      reply: "connection-refused",
    },
  ],
  [
    "no route leads there",
    () => broken(() => {}, { routeTo: "nobody" }),
    { near: { status: "idle", log: ["open-failed no-route"] }, far: { status: "idle", log: [] }, reply: "not-allowed" },
  ],
];

function cut({ cable }: Stage): void {
  cable.isOpenThere = false;
  cable.isOpenBack = false;
}

it("are twenty-four", () => {
  expect(breakages).toHaveLength(24);
});

it.each(breakages)("when %s, both ends say what they know of it", (_, make, cells) => {
  const staged = make();
  const { net, near, far } = staged;
  const start = "logged" in staged ? staged.logged : { near: 0, far: 0 };
  const reply = net.connectClient(near);
  net.run(12_000);
  const nearSays = endOf(net, near, "far", start.near);
  net.run(13_000);
  const nearLog = endOf(net, near, "far", start.near).log;
  expect({
    // A client's time and the word of a silent neighbour are over within the same second: either may come first.
    near: { ...nearSays, log: nearLog.toSorted() },
    far: far.isDead ? undefined : endOf(net, far, "near", start.far),
    reply: reply(),
  }).toEqual({ ...cells, near: { ...cells.near, log: cells.near.log.toSorted() } });
});

it("when far lists the node between, and not near, both are told across it", () => {
  const net = new StagedNetwork();
  const toVm = { link: "wan", address: "192.0.2.3:4600" };
  const near = net.add("near", { peers: [peerOf("far", { via: ["vm"] }), peerOf("vm", toVm)], routeTo: "far" });
  const vm = net.add("vm", { peers: [nearFromFar, peerOf("far", { link: "lan" })], links: ["wan", "lan"] });
  const far = net.add("far", { peers: [peerOf("vm", toVm)] });
  net.connect(near, { address: "192.0.2.3:4600" }, vm, { address: NEAR });
  net.connect(far, { address: "192.0.2.3:4600" }, vm, { address: FAR }, "lan");
  net.run(12_000);
  const { status } = endOf(net, near, "far", 0);
  expect(status).toBe("connecting: its handshake through vm has not been answered for N s: does far list this node?");
  const said = "a node beyond vm knocks with an unlisted key: list its id under peers if it is yours";
  expect(endOf(net, far, "vm", 0).log).toContain(`knock ${said}`);
});

function endOf(net: StagedNetwork, staged: StagedNode, peer: string, from: number): End {
  const { state, reason } = net.peerStatus(staged, peer);
  return {
    status: withoutTimes(reason === undefined ? state : `${state}: ${reason}`),
    log: staged.log.slice(from).map(textOf),
  };
}

function textOf({ step, fields }: LogLine): string {
  const { problem, reason, cause, by, text } = fields as Readonly<Record<string, string | undefined>>;
  const failure =
    cause === undefined
      ? undefined
      : `${cause}${by === undefined ? "" : ` by ${by}`}${text === undefined ? "" : `: ${text}`}`;
  return withoutTimes([step, problem ?? reason ?? failure].filter(Boolean).join(" "));
}

/** The clocks' difference and its bound stay; a packet may be sealed a second before it is sent. */
function withoutTimes(text: string): string {
  return text.replaceAll(/\b60[345] s\b/g, "604 s").replaceAll(/\b(?!604 |300 )\d+ s\b/g, "N s");
}
