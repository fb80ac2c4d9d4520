import type { Config, InboundConfig } from "@flor/config";
import { createIdentity } from "@flor/quic";
import { parseDestinationPattern } from "@flor/route";
import { describe, expect, it } from "vitest";
import { reloadPlan } from "./reload-plan.ts";

const listenOn = (port: number, more: Partial<InboundConfig> = {}): InboundConfig => ({
  kind: "proxy",
  listen: { address: "127.0.0.1", port },
  users: undefined,
  allow: undefined,
  to: undefined,
  ...more,
});

function pattern(text: string): Config["routes"][number]["to"] {
  const parsed = parseDestinationPattern(text);
  if ("error" in parsed) throw new Error(parsed.error);
  return parsed;
}

const config: Config = {
  file: "/etc/flor/flor.yaml",
  text: "",
  idleTimeoutMs: 7_200_000,
  transit: true,
  name: "laptop",
  keyFile: "/etc/flor/laptop.key",
  identity: createIdentity(new Uint8Array(32).fill(1)),
  inbounds: [listenOn(1080), listenOn(0), listenOn(0, { kind: "socks5" })],
  outbounds: [],
  links: [],
  peers: [],
  networks: [],
  foreign: [],
  crossings: [],
  routes: [{ to: pattern("*"), through: ["home"], balance: "order" }],
  northbounds: [],
  metrics: undefined,
  services: undefined,
};

const planTo = (change: Partial<Config>): readonly string[] =>
  reloadPlan(config, { ...config, ...change }).map(({ text, effect }) => `${effect}: ${text}`);

describe("a plan", () => {
  it("of the same file is empty, wherever it lies", () => {
    const same = { identity: createIdentity(new Uint8Array(32).fill(1)), file: "/tmp/flor.yaml" };
    expect(planTo({ ...same, routes: [{ to: pattern("*"), through: ["home"], balance: "order" }] })).toEqual([]);
  });

  it("says what changes at once", () => {
    expect(planTo({ routes: [{ to: pattern("*:443"), through: ["home", "vm"], balance: "order" }] })).toEqual([
      "live: routes: for flows from now on; open flows stay",
    ]);
    expect(planTo({ idleTimeoutMs: 60_000 })).toEqual([
      "live: idleTimeout: for sessions from now on; open ones stay as they are",
    ]);
    expect(planTo({ transit: false })).toEqual([
      "live: transit: others are told to send nothing through this node; what comes is carried for 15 s more",
    ]);
    expect(planTo({ outbounds: [{ kind: "tcp", allow: [pattern("*")], deny: [] }] })).toHaveLength(1);
  });

  it("names the peers that come, change and go", () => {
    const { id, publicKey } = createIdentity(new Uint8Array(32).fill(9));
    const home = { name: "home", id, publicKey, links: [], via: [], avoid: [], disjoint: false };
    const added = reloadPlan(config, { ...config, peers: [home] });
    expect(added).toEqual([{ key: "peers", effect: "live", text: "peers: home: added, and let in from now on" }]);
    const before = { ...config, peers: [home] };
    const changed = reloadPlan(before, { ...config, peers: [{ ...home, avoid: ["vm"] }] });
    expect(changed).toEqual([{ key: "peers", effect: "live", text: "peers: home: changed; its flows stay" }]);
    const removed = reloadPlan(before, config);
    expect(removed).toEqual([
      { key: "peers", effect: "live", text: "peers: home: removed; its sessions and flows end, at both ends" },
    ]);
  });

  it("says what waits for a start of the node", () => {
    expect(planTo({ name: "other", identity: createIdentity(new Uint8Array(32).fill(2)) })).toEqual([
      "restarts the node: name: its sockets and its folder carry the name",
      "restarts the node: key: another key is another node: every session ends, and its peers must list the new id",
    ]);
  });

  it("tells networks one by one, by their root keys", () => {
    const files = { recordsFile: "/etc/flor/home.network", invitesFile: "/etc/flor/home.invites" };
    const home = { name: "home", id: "flornet1home", root: new Uint8Array(32), addresses: undefined, ...files };
    const work = { ...home, id: "flornet1work", name: "work" };
    const planOf = (from: Config["networks"], to: Config["networks"]): readonly string[] =>
      reloadPlan({ ...config, networks: from }, { ...config, networks: to }).map(({ text }) => text);
    expect(planOf([home], [work])).toEqual([
      "networks: work: its members are let in from now on",
      "networks: home: left; sessions and flows with those who are peers by it alone end, at both ends",
    ]);
    expect(planOf([home], [{ ...home, name: "house" }])).toEqual(["networks: home: called house from now on"]);
    expect(planOf([home], [{ ...home, recordsFile: "/var/lib/flor/home.network" }])).toEqual([
      "networks: home: what is known of it is kept in /var/lib/flor/home.network from now on",
    ]);
    expect(planOf([home, work], [work, { ...home, addresses: [{ kind: "udp", address: "vm:1" }] }])).toEqual([
      "networks: home: other addresses, for invites from now on",
    ]);
  });

  it("tells links one by one", () => {
    const wan = { kind: "udp", name: "wan", settings: { listen: "0.0.0.0:0" } } as const;
    const lan = { ...wan, name: "lan" };
    const from = { ...config, links: [wan, lan] };
    const plan = reloadPlan(from, {
      ...config,
      links: [
        { ...wan, settings: { mtu: 1400 } },
        { ...lan, name: "new" },
      ],
    });
    expect(plan.map(({ text, effect }) => `${effect}: ${text}`)).toEqual([
      "live: links: new: started",
      "restarts a part: links: wan: its process restarts; flows move, or wait for it",
      "restarts a part: links: lan: ended; flows move to other links",
    ]);
  });

  it("tells northbounds one by one", () => {
    const team = { name: "team", socket: "/run/team.sock", group: undefined };
    const from = { ...config, northbounds: [team, { ...team, name: "old" }] };
    const planOf = (northbounds: Config["northbounds"]): readonly string[] =>
      reloadPlan(from, { ...config, northbounds }).map(({ text, effect }) => `${effect}: ${text}`);
    expect(planOf([{ ...team, group: "staff" }])).toEqual([
      "live: northbound: team: open to another group; attached nodes stay",
      "live: northbound: old: no longer served; the node above loses this link",
    ]);
    expect(planOf([{ ...team, socket: undefined }, ...from.northbounds.slice(1)])).toEqual([
      "restarts a part: northbound: team: served on another socket; the node above attaches again",
    ]);
  });

  it("finds inbounds by where they listen, each once", () => {
    const users = new Map([["alice", "wonderland"]]);
    expect(planTo({ inbounds: [listenOn(0, { kind: "socks5" }), listenOn(1080, { users }), listenOn(1081)] })).toEqual([
      "live: inbounds: socks5 on 127.0.0.1 port 0: changed for clients from now on; others stay",
      "live: inbounds: proxy on 127.0.0.1 port 1080: changed for clients from now on; others stay",
      "live: inbounds: proxy on 127.0.0.1 port 1081: opened",
      "live: inbounds: socks5 on 127.0.0.1 port 0: closed; its clients stay",
    ]);
  });
});
