/** A node takes another key while it runs: at either end of a flow, and on the way of one. */
import { createIdentity, type Identity } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import { createPlainProvider } from "@flor/quic/plain";
import { nodeKeyOf } from "@flor/link-state";
import { expect, it } from "vitest";
import { type Dialler, identityOf, MemorySocket, toWeb } from "./memory-network.testing.ts";
import type { NodeKey, PeerSettings } from "./settings.ts";
import { StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const NAMES = ["anna", "mitte", "zoe"] as const;
type Name = (typeof NAMES)[number];
/** What the target says each 20 ms: 100 octets. */
const PIECE_MS = 20;
const PIECE_OCTETS = 100;

/** anna – mitte – zoe, and a download from behind zoe to a client of anna's. */
class Line {
  readonly net = new StagedNetwork();
  readonly client = new MemorySocket();
  readonly identities = new Map<Name, Identity[]>(NAMES.map((name) => [name, [identityOf(name)]]));
  readonly said: number[] = [];
  /** The longest time in which the client received nothing, milliseconds. */
  longestGapMs = 0;
  /** Nodes that are not told of other keys, as those who are in no network. */
  readonly uninformed = new Set<Name>();
  target = new MemorySocket();
  #heard = 0;
  #heardAt = 0;

  constructor() {
    const dial: Dialler = (_destination, outcome) => {
      this.target = new MemorySocket();
      outcome.connected(this.target, new Uint8Array(4), 80);
    };
    for (const name of NAMES)
      this.net.add(name, { peers: this.peersOf(name), dial, ...(name === "anna" && { route: () => ["zoe", "zoe~"] }) });
    const [anna, mitte, zoe] = NAMES.map((name) => this.net.node(name)) as [StagedNode, StagedNode, StagedNode];
    this.net.connect(anna, { key: identityOf("mitte").id }, mitte, { key: identityOf("anna").id });
    // Behind mitte's other port; it was dialled by zoe.
    this.net.node("mitte").node.links.add("lan", "udp");
    this.net.connect(mitte, { key: identityOf("zoe").id }, zoe, { key: identityOf("mitte").id }, "wan", "lan");
    this.net.run(3000);
    anna.node.accept(this.client, toWeb, this.net.now);
    this.net.run(1000);
    this.#heardAt = this.net.now;
  }

  /** Whom a node knows: the newest key of each by its name, those before as `name~`. */
  peersOf(of: Name): readonly PeerSettings[] {
    const others = NAMES.filter((name) => name !== of);
    return others.flatMap((name) => {
      const all = this.uninformed.has(of) ? [identityOf(name)] : this.identities.get(name)!;
      return all.map(({ id, publicKey }, index): PeerSettings => {
        const isDialled = (of === "anna" && name === "mitte") || (of === "zoe" && name === "mitte");
        const address = isDialled ? "192.0.2.1:4600" : undefined;
        const isAdjacent = of === "mitte" || name === "mitte";
        const link = of === "mitte" && name === "zoe" ? "lan" : "wan";
        const before = all[index - 1];
        return {
          name: `${name}${"~".repeat(all.length - 1 - index)}`,
          id,
          publicKey,
          links: isAdjacent ? [{ link, address }] : [],
          via: [],
          ...(before !== undefined && { replaces: nodeKeyOf(before.publicKey) }),
        };
      });
    });
  }

  /** The new key is a member's, and its node takes it. */
  change(name: Name, seed: number): void {
    const identity = createIdentity(new Uint8Array(32).fill(seed));
    this.identities.get(name)!.push(identity);
    for (const other of NAMES) this.net.node(other).node.setPeers(this.peersOf(other), this.net.now);
    this.net.node(name).node.takeKey(keyOf(identity), this.net.now);
  }

  /** Nobody knows the key before any more. */
  end(name: Name): void {
    const [old] = this.identities.get(name)!.splice(0, 1);
    for (const other of NAMES) this.net.node(other).node.setPeers(this.peersOf(other), this.net.now);
    this.net.node(name).node.dropKey(old!, this.net.now);
  }

  /** Downloads for that time. */
  download(ms: number): void {
    for (let passed = 0; passed < ms; passed += PIECE_MS) {
      const piece = Uint8Array.from({ length: PIECE_OCTETS }, (_, at) => (this.said.length + at) % 251);
      for (const octet of piece) this.said.push(octet);
      this.target.listener?.handleOctets(piece);
      this.net.run(PIECE_MS);
      if (this.client.received.length > this.#heard) {
        this.#heard = this.client.received.length;
        this.#heardAt = this.net.now;
      }
      this.longestGapMs = Math.max(this.longestGapMs, this.net.now - this.#heardAt);
    }
  }

  /** Both ends of the flow end it. */
  hangUp(): void {
    this.target.listener?.handleEnd();
    this.client.listener?.handleEnd();
    this.net.run(1000);
  }

  /** What the client received behind the outcome. */
  get received(): readonly number[] {
    return this.client.received.slice(1);
  }

  /** Node keys of those who say something of themselves, as a node knows it. */
  origins(at: Name): readonly string[] {
    return [...this.net.node(at).node.topology.database.entries()].map(({ origin }) => origin).toSorted();
  }

  newest(): readonly string[] {
    return [...this.identities.values()].map((all) => nodeKeyOf(all.at(-1)!.publicKey)).toSorted();
  }
}

function keyOf(identity: Identity): NodeKey {
  return { identity, engines: engineMaker({ crypto: createPlainProvider(identity) }) };
}

it.each(NAMES)(
  "a download goes on without a gap while %s takes another key, and the layer knows that one alone then",
  (name) => {
    const line = new Line();
    line.download(1000);
    line.change(name, 99);
    line.download(4000);
    line.net.run(1000);
    expect(line.received).toEqual(line.said);
    expect(line.longestGapMs).toBeLessThan(100);
    line.hangUp();
    line.net.run(5000);
    for (const at of NAMES) expect(line.origins(at)).toEqual(line.newest());
    const outcome = line.net.connectClient(line.net.node("anna"));
    line.net.run(1000);
    expect(outcome()).toBe("ok");
  },
);

it("two changes one after another hold no flow up", () => {
  const line = new Line();
  line.change("mitte", 98);
  line.download(300);
  line.change("mitte", 99);
  line.download(4000);
  expect(line.received).toEqual(line.said);
  expect(line.longestGapMs).toBeLessThan(100);
  line.hangUp();
  line.net.run(5000);
  for (const at of NAMES) expect(line.origins(at)).toEqual(line.newest());
});

it("a neighbour that lists the old key reaches the node under that one for as long as it is valid, and not after it", () => {
  const line = new Line();
  line.uninformed.add("mitte");
  line.change("zoe", 99);
  line.download(20_000);
  expect(line.received).toEqual(line.said);
  expect(line.longestGapMs).toBeLessThan(100);
  expect(line.net.peerStatus(line.net.node("mitte"), "zoe").state).toBe("idle");
  line.end("zoe");
  line.net.run(3000);
  const { state, reason } = line.net.peerStatus(line.net.node("mitte"), "zoe");
  expect(state).toBe("unreachable");
  expect(reason).toContain("key");
});

it("flows over sessions with a key end when that is not valid any more", () => {
  const line = new Line();
  line.change("zoe", 99);
  line.download(2000);
  expect(line.client.isReset).toBe(false);
  line.end("zoe");
  line.net.run(1000);
  expect(line.client.isReset).toBe(true);
  const outcome = line.net.connectClient(line.net.node("anna"));
  line.net.run(1000);
  expect(outcome()).toBe("ok");
});

it("a node that knows the key before alone comes in by it, hears of the new one, and stays under that", () => {
  const line = new Line();
  line.hangUp();
  line.net.node("mitte").isDead = true;
  line.uninformed.add("mitte");
  line.change("zoe", 99);
  line.net.run(60_000);
  line.net.node("mitte").isDead = false;
  line.net.run(15_000);
  // It heard it from zoe over the connection with the key before.
  expect(line.net.peerStatus(line.net.node("mitte"), "zoe").state).toBe("idle");
  line.uninformed.clear();
  line.net.node("mitte").node.setPeers(line.peersOf("mitte"), line.net.now);
  line.net.run(10_000);
  for (const at of NAMES) expect(line.origins(at)).toEqual(line.newest());
  expect(line.net.peerStatus(line.net.node("mitte"), "zoe").state).toBe("idle");
});

it("flows over sessions with a key that is good yet stay when an older one is not valid any more", () => {
  const line = new Line();
  line.hangUp();
  line.change("zoe", 98);
  line.net.run(6000);
  const client = new MemorySocket();
  line.net.node("anna").node.accept(client, toWeb, line.net.now);
  line.net.run(1000);
  line.change("zoe", 99);
  line.net.run(6000);
  line.end("zoe");
  line.net.run(1000);
  expect(client.isReset).toBe(false);
  line.end("zoe");
  line.net.run(1000);
  expect(client.isReset).toBe(true);
});

it("keys that name each other as the next one hold nobody up", () => {
  const line = new Line();
  const [old, fresh] = [identityOf("zoe"), createIdentity(new Uint8Array(32).fill(99))];
  line.change("zoe", 99);
  line.net.run(1000);
  const ofMitte = line.peersOf("mitte").map((peer) => {
    const key = nodeKeyOf(peer.publicKey);
    return key === nodeKeyOf(old.publicKey) ? { ...peer, replaces: nodeKeyOf(fresh.publicKey) } : peer;
  });
  line.net.node("mitte").node.setPeers(ofMitte, line.net.now);
  for (const identity of [old, fresh, old]) {
    line.net.node("zoe").node.takeKey(keyOf(identity), line.net.now);
    line.net.run(3000);
    const bearer = line.net.node("mitte").node.topology.neighbours.get(nodeKeyOf(identity.publicKey));
    expect(bearer?.best?.neighbour).toBe(bearer);
  }
});

it("an adjacency that missed one of two changes goes on under the last", () => {
  const line = new Line();
  line.net.node("mitte").isDead = true;
  line.change("zoe", 98);
  line.change("zoe", 99);
  line.net.node("mitte").isDead = false;
  line.net.run(5000);
  const all = line.identities.get("zoe")!;
  const newest = line.net.node("mitte").node.topology.neighbours.get(nodeKeyOf(all.at(-1)!.publicKey));
  expect(newest?.best?.alive).toBe(true);
});

it("a neighbour that has met the node under its new key is seldom dialled by one before it", () => {
  const line = new Line();
  line.hangUp();
  line.change("zoe", 99);
  line.net.run(10_000);
  const { endpoint } = line.net.node("zoe").node.control;
  const dialled: number[] = [];
  const connect = endpoint.connect.bind(endpoint);
  endpoint.connect = (...taken: Parameters<typeof connect>) => {
    dialled.push(taken[3] ?? 0);
    return connect(...taken);
  };
  line.net.node("mitte").isDead = true;
  line.net.run(120_000);
  expect(dialled.length).toBeGreaterThan(2);
  expect(dialled.filter((former) => former > 0).length).toBeLessThanOrEqual(dialled.length / 8);
  line.net.node("mitte").isDead = false;
  line.net.run(30_000);
  expect([...endpoint.connections].filter((connection) => !endpoint.isOfKey(connection))).toEqual([]);
  expect(line.net.peerStatus(line.net.node("mitte"), "zoe").state).toBe("idle");
});

it("a session that is left and has no path is closed without a turn after the other", () => {
  const line = new Line();
  line.change("anna", 99);
  line.download(3000);
  const { node } = line.net.node("anna");
  let turns = 0;
  const turn = node.turn.bind(node);
  node.turn = (now) => {
    turns += 1;
    return turn(now);
  };
  const isFormer = ({ connection }: { readonly connection: { readonly ownKey: Uint8Array } }): boolean =>
    nodeKeyOf(connection.ownKey) === nodeKeyOf(identityOf("anna").publicKey);
  expect([...node.sessions.carried].some(isFormer)).toBe(true);
  node.setPeers(
    line.peersOf("anna").filter(({ name }) => name !== "mitte"),
    line.net.now,
  );
  line.client.listener?.handleReset("ECONNRESET");
  line.net.run(10_000);
  expect([...node.sessions.carried].some(isFormer)).toBe(false);
  expect(turns).toBeLessThan(5000);
});

it("a node tells the layer over its connection with the new key, also where the end of the one before was lost", () => {
  const line = new Line();
  const [anna, mitte] = [line.net.node("anna"), line.net.node("mitte")];
  // What anna says of the end of their connection reaches nobody.
  for (const connection of anna.node.control.endpoint.connections) connection.close = () => {};
  line.change("mitte", 9);
  line.net.run(2000);
  const key = nodeKeyOf(line.identities.get("mitte")!.at(-1)!.publicKey);
  const known = (): number | undefined => anna.node.topology.database.get(key)?.services.length;
  expect(known()).toBe(0);
  mitte.node.topology.linkState.setServices([new Uint8Array(10)], true);
  line.net.run(2000);
  expect(known()).toBe(1);
});
