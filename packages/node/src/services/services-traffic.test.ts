/** Publishers come and go under a client each five milliseconds: nobody fails, and few go elsewhere than they did. */
import { Cause, causeName } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { MemorySocket, peerOf } from "../memory-network.testing.ts";
import { type StagedNode, StagedNetwork } from "../staged-network.testing.ts";
import { publicationOf } from "./publication.testing.ts";

const NAMES = ["alpha", "beta", "gamma", "delta"];
const CLIENTS = 120;
const CLIENT_EVERY_MS = 5;
const SETTLE_MS = 3000;
/** What a node that stops waits for between its last word on services and its farewell. */
const DRAIN_MS = 200;
/** Of the clients of others that move although they need not: twice what maglev.md measured for such a table. */
const EXTRA_MAX = 0.05;

/** An ingress, and four nodes of which the first three publish `db` with one and the same weight. */
class Traffic {
  readonly network = new StagedNetwork();
  readonly ingress: StagedNode;
  readonly publishers = new Map<string, StagedNode>();
  /** Who does not answer its node's connections. */
  readonly refusing = new Set<string>();
  /** Whose target the octets of a client's last flow came to. */
  readonly at = new Map<number, string>();
  /** The longest time that a client waited for its connection. */
  longestMs = 0;
  readonly failures: string[] = [];
  readonly #sockets: { readonly publisher: string; readonly socket: MemorySocket }[] = [];

  constructor() {
    for (const name of NAMES) this.publishers.set(name, this.#publisher(name));
    this.ingress = this.network.add("ingress", {
      peers: NAMES.map((name) => peerOf(name, { link: `to-${name}`, address: name })),
      links: NAMES.map((name) => `to-${name}`),
    });
    for (const [name, node] of this.publishers) this.network.connect(node, {}, this.ingress, {}, `to-${name}`);
    const rules = { networks: ["team"], zone: "", isFlooded: true, mayPublish: () => true };
    for (const { node } of [this.ingress, ...this.publishers.values()]) node.services.configure(rules, 0);
    for (const name of NAMES.slice(0, 3)) this.publish(name);
    this.network.run(SETTLE_MS);
  }

  publish(name: string): void {
    this.publishers.get(name)!.node.services.publications.set(publicationOf("db", { affinity: "flow" }));
  }

  /** All clients, one after another; the sockets of the publisher that `changes` takes away may be reset. */
  round(change?: () => void): void {
    for (let client = 0; client < CLIENTS; client += 1) {
      if (client === CLIENTS / 4) change?.();
      this.#ask(client);
      this.network.run(CLIENT_EVERY_MS);
    }
    this.network.run(SETTLE_MS);
    for (const { publisher, socket } of this.#sockets) {
      const [client] = socket.received;
      if (client !== undefined) this.at.set(client, publisher);
    }
  }

  /** Clients whose flow was cut after it had begun, at nodes other than these. */
  cut(...but: readonly string[]): number {
    return this.#sockets.filter(({ publisher, socket }) => socket.isReset && !but.includes(publisher)).length;
  }

  #ask(client: number): void {
    const start = this.network.now;
    const socket = Object.assign(new MemorySocket(), {
      remote: { address: `192.0.2.${client}`, port: 40_000 },
    });
    this.ingress.node.request(
      {
        network: "tcp",
        destination: { target: { kind: "domain", name: "db.team" }, port: 5432 },
        user: undefined,
        early: Uint8Array.of(client),
        socket,
        reply: (cause) => {
          if (cause !== Cause.OK) this.failures.push(`client ${client}: ${causeName(cause)}`);
          this.longestMs = Math.max(this.longestMs, this.network.now - start);
        },
      },
      this.network.now,
    );
  }

  #publisher(name: string): StagedNode {
    return this.network.add(name, {
      peers: [peerOf("ingress", { link: "wan" })],
      dialTarget: (_target, outcome) => {
        if (this.refusing.has(name)) return outcome.failed(Cause.CONNECTION_REFUSED, "refused");
        const socket = new MemorySocket();
        this.#sockets.push({ publisher: name, socket });
        outcome.connected(socket, Uint8Array.of(127, 0, 0, 1), 5432);
      },
    });
  }
}

/** Clients that are elsewhere now, and of these the ones that had to go or went to who came. */
function moved(before: ReadonlyMap<number, string>, after: ReadonlyMap<number, string>, who: string) {
  const all = [...before].filter(([client, name]) => after.get(client) !== name);
  const forced = all.filter(([client, name]) => name === who || after.get(client) === who);
  return { all: all.length, extra: all.length - forced.length };
}

describe("while clients keep coming", () => {
  it("a fourth publisher takes its quarter, mostly from the others' clients alone, and nobody fails", () => {
    const traffic = new Traffic();
    traffic.round();
    const before = new Map(traffic.at);
    traffic.round(() => traffic.publish("delta"));
    traffic.round();
    expect(traffic.failures).toEqual([]);
    const { extra } = moved(before, traffic.at, "delta");
    const share = [...traffic.at.values()].filter((name) => name === "delta").length / CLIENTS;
    expect(Math.abs(share - 1 / 4)).toBeLessThan(0.1);
    expect(extra / CLIENTS).toBeLessThanOrEqual(EXTRA_MAX);
    expect(traffic.cut()).toBe(0);
  });

  const leaves: readonly (readonly [string, (traffic: Traffic, node: StagedNode) => void, readonly string[]])[] = [
    ["takes its service back", (_, { node }) => void node.services.publications.delete("db.team"), []],
    ["drains", (_, { node }) => void node.services.publications.setDraining("db.team", true, false), []],
    ["says that its target is down", (_, { node }) => node.services.publications.setUp("db.team", false, "no"), []],
    ["has a target that refuses", (traffic) => void traffic.refusing.add("beta"), []],
    [
      "stops",
      (traffic, { node }) => {
        node.services.publications.drainAll();
        traffic.network.run(DRAIN_MS);
        node.close();
      },
      ["beta"],
    ],
    ["is killed", (_, staged) => void (staged.isDead = true), ["beta"]],
  ];

  it.each(leaves)("one of three that %s costs nobody a connection, and the clients of others stay", (_, leave, cut) => {
    const traffic = new Traffic();
    traffic.round();
    const before = new Map(traffic.at);
    traffic.round(() => leave(traffic, traffic.publishers.get("beta")!));
    traffic.network.run(20_000);
    traffic.round();
    expect(traffic.failures).toEqual([]);
    expect(traffic.ingress.node.ingress.failedByCause).toEqual({});
    expect([...traffic.at.values()].includes("beta")).toBe(false);
    const { extra } = moved(before, traffic.at, "beta");
    expect(extra / CLIENTS).toBeLessThanOrEqual(EXTRA_MAX);
    expect(traffic.cut(...cut)).toBe(0);
    // A node that says nothing any more is found silent by hellos; its clients are asked for elsewhere at once then.
    expect(traffic.longestMs).toBeLessThanOrEqual(cut.length > 0 ? 1500 : 50);
  });

  it("one that leaves and comes back has its clients again, and all others have theirs", () => {
    const traffic = new Traffic();
    traffic.round();
    const before = new Map(traffic.at);
    traffic.round(() => void traffic.publishers.get("beta")!.node.services.publications.delete("db.team"));
    traffic.round(() => traffic.publish("beta"));
    traffic.round();
    expect(traffic.failures).toEqual([]);
    expect(traffic.at).toEqual(before);
  });
});
