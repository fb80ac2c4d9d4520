/** Peers that come, change and go while their node runs: nothing ends but what is theirs. */
import { describe, expect, it } from "vitest";
import { type Dialler, identityOf, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import type { PeerSettings } from "./settings.ts";
import { type LogLine, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const UNLISTED = "it was removed from the peers";

/** One client's flow, seen from both ends. */
interface OpenFlow {
  readonly client: MemorySocket;
  readonly target: MemorySocket;
}

/** A hub that dials two nodes, "far" and "other", each over a link of its own, and lets clients out at either. */
class Star {
  readonly net = new StagedNetwork();
  readonly far: StagedNode;
  readonly other: StagedNode;
  readonly hub: StagedNode;
  readonly #targets: MemorySocket[] = [];
  #route = "far";

  constructor(hubPeers: readonly PeerSettings[] = [toFar, toOther]) {
    const dial: Dialler = (_destination, outcome) => {
      const target = new MemorySocket();
      this.#targets.push(target);
      outcome.connected(target, new Uint8Array(4), 80);
    };
    const listsHub = [peerOf("hub", { link: "wan" })];
    this.far = this.net.add("far", { peers: listsHub, dial });
    this.other = this.net.add("other", { peers: listsHub, dial });
    this.hub = this.net.add("hub", { peers: hubPeers, links: ["wan", "lan"], route: () => [this.#route] });
    this.net.connect(this.other, { key: hubId }, this.hub, { key: toOther.id }, "lan");
    this.connectFar();
    this.net.run(3000);
  }

  /** The links of both tell of each other, as after each list of neighbours that has both. */
  connectFar(): void {
    this.net.connect(this.far, { key: hubId }, this.hub, { key: toFar.id });
  }

  setPeers(peers: readonly PeerSettings[]): void {
    this.hub.node.setPeers(peers, this.net.now);
  }

  open(by: string): OpenFlow {
    this.#route = by;
    const client = new MemorySocket();
    this.hub.node.accept(client, toWeb, this.net.now);
    this.net.run(3000);
    return { client, target: this.#targets.pop() ?? new MemorySocket() };
  }

  /** Whether octets of the client arrive at the target. */
  carries({ client, target }: OpenFlow): boolean {
    const before = target.received.length;
    client.listener?.handleOctets(Uint8Array.of(7));
    this.net.run(1000);
    return target.received.length === before + 1;
  }

  state(peer: string): string {
    return this.net.peerStatus(this.hub, peer).state;
  }
}

const hubId = identityOf("hub").id;
const toFar = peerOf("far", { link: "wan", address: "192.0.2.2:4600" });
const toOther = peerOf("other", { link: "lan", address: "192.0.2.3:4600" });

function closings({ log }: { readonly log: readonly LogLine[] }): readonly unknown[] {
  return log.filter(({ step }) => step === "session-closed").map(({ fields }) => fields);
}

describe("a peer", () => {
  it("that is added is let in and dialled from then on", () => {
    const star = new Star([toOther]);
    expect(star.state("far")).toBe("unlisted");
    const flow = star.open("other");
    star.setPeers([toFar, toOther]);
    star.hub.node.sessions.want("far");
    star.net.run(5000);
    expect(star.state("far")).toBe("up");
    expect(star.carries(star.open("far"))).toBe(true);
    expect(star.carries(flow)).toBe(true);
  });

  it("that is removed loses its sessions and flows at once, and both ends say why; others lose nothing", () => {
    const star = new Star();
    const [gone, stays] = [star.open("far"), star.open("other")];
    expect([star.carries(gone), star.carries(stays)]).toEqual([true, true]);
    star.setPeers([toOther]);
    star.net.run(10);
    expect([gone.client.isReset, gone.target.isReset]).toEqual([true, true]);
    expect(closings(star.hub)).toEqual([{ peer: "far", reason: UNLISTED }]);
    expect(closings(star.far)).toEqual([{ peer: "hub", reason: UNLISTED }]);
    expect(star.carries(stays)).toBe(true);
    expect(closings(star.other)).toEqual([]);
    expect(star.state("far")).toBe("unlisted");
    expect([...star.hub.node.topology.paths.entries()].length).toBe(1);
  });

  it("that is removed is a stranger, however long it knocks, and one as any other once it is back", () => {
    const star = new Star();
    star.setPeers([toOther]);
    star.net.run(60_000);
    expect([...star.hub.node.control.endpoint.connections]).toHaveLength(1);
    expect(star.net.peerStatus(star.far, "hub").state).not.toBe("up");
    star.setPeers([toOther, toFar]);
    star.connectFar();
    star.net.run(60_000);
    expect(star.carries(star.open("far"))).toBe(true);
  });

  it("of another name or another address keeps its sessions and flows", () => {
    const star = new Star();
    const flow = star.open("far");
    star.setPeers([{ ...toFar, name: "afar", links: [{ link: "wan", address: "192.0.2.9:1" }] }, toOther]);
    expect(star.carries(flow)).toBe(true);
    expect(star.state("afar")).toBe("up");
    expect(star.carries(star.open("afar"))).toBe(true);
    expect([closings(star.hub), closings(star.far)]).toEqual([[], []]);
  });

  it("that is removed while clients wait for it refuses them at once", () => {
    const star = new Star([toFar, toOther, peerOf("away")]);
    const waiting = star.net.connectClient(star.hub);
    star.setPeers([toOther, peerOf("away")]);
    star.net.run(1);
    const flow = star.open("away");
    expect(flow.client.received).toEqual([]);
    star.setPeers([toOther]);
    star.net.run(1);
    expect(flow.client.received).toHaveLength(1);
    expect(waiting()).toBeDefined();
  });
});
