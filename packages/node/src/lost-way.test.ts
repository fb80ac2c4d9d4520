/** Flows whose way is gone for a while, or seems to be, while both their ends live. */
import { describe, expect, it } from "vitest";
import { LABEL_GAL } from "@flor/wire";
import { OAM_HELLO } from "./hello.ts";
import { type Dialler, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import { StagedNetwork, type StagedCable, type StagedNode } from "./staged-network.testing.ts";

const LABEL_SHIFT = 12;
const LABEL_OCTETS = 4;
/** After hellos return, others hear of it, and new ways are found. */
const BACK_MS = 10_000;

/** near ═ mid ═ far: a client at near, a target behind far. */
class Line {
  readonly net = new StagedNetwork();
  readonly near: StagedNode;
  readonly mid: StagedNode;
  readonly far: StagedNode;
  readonly cable: StagedCable;
  target = new MemorySocket();

  constructor() {
    const dial: Dialler = (_, outcome) => {
      this.target = new MemorySocket();
      outcome.connected(this.target, new Uint8Array(4), 80);
    };
    this.near = this.net.add("near", {
      peers: [peerOf("mid", { link: "wan", address: "m" }), peerOf("far")],
      routeTo: "far",
    });
    this.mid = this.net.add("mid", {
      peers: [peerOf("near", { link: "left" }), peerOf("far", { link: "right", address: "f" })],
      links: ["left", "right"],
    });
    this.far = this.net.add("far", { peers: [peerOf("mid", { link: "wan" }), peerOf("near")], dial });
    this.net.connect(this.near, {}, this.mid, {}, "left");
    this.cable = this.net.connect(this.mid, {}, this.far, {}, "wan", "right");
    this.net.run(8000);
  }

  /** A client with a flow, or one that waits for it. */
  open(): MemorySocket {
    const client = new MemorySocket();
    this.near.node.accept(client, toWeb, this.net.now);
    this.net.run(1000);
    return client;
  }

  setOpen(isOpen: boolean): void {
    this.cable.isOpenThere = isOpen;
    this.cable.isOpenBack = isOpen;
  }

  /** Octets that reach the other end within that time: the target's, the client's. */
  exchange(client: MemorySocket, target: MemorySocket, ms: number): readonly number[] {
    const before = [target.received.length, client.received.length];
    client.listener?.handleOctets(Uint8Array.of(1, 2, 3));
    target.listener?.handleOctets(Uint8Array.of(4, 5));
    this.far.isWoken = true;
    this.net.run(ms);
    return [target.received.length - before[0]!, client.received.length - before[1]!];
  }

  closings(): readonly unknown[] {
    const lines = [...this.near.log, ...this.far.log].filter(({ step }) => step === "session-closed");
    return lines.map(({ fields }) => fields["reason"]);
  }
}

function isOfSession(content: DataView): boolean {
  return content.getUint32(0) >>> LABEL_SHIFT !== LABEL_GAL;
}

function isHello(content: DataView): boolean {
  return content.getUint32(0) >>> LABEL_SHIFT === LABEL_GAL && content.getUint8(LABEL_OCTETS) === OAM_HELLO;
}

describe("a flow", () => {
  it("goes on over an adjacency that is silent by its hellos alone, where there is no other way", () => {
    const line = new Line();
    const client = line.open();
    const { target } = line;
    line.cable.isLostThere = line.cable.isLostBack = isHello;
    line.net.run(2000);
    expect(line.near.node.sessions.named("far")?.path).toBeUndefined();
    for (let round = 0; round < 3; round += 1) expect(line.exchange(client, target, 4000)).toEqual([3, 2]);
    line.cable.isLostThere = line.cable.isLostBack = () => false;
    line.net.run(BACK_MS);
    expect(line.near.node.sessions.named("far")?.path).toBeDefined();
    expect([client.isReset, target.isReset, line.closings()]).toEqual([false, false, []]);
  });

  it.each([2, 20, 31, 100])("outlives an outage of %i s between, and is told what was said meanwhile", (seconds) => {
    const line = new Line();
    const client = line.open();
    const { target } = line;
    line.setOpen(false);
    line.net.run(1000);
    expect(line.exchange(client, target, seconds * 1000)).toEqual([0, 0]);
    line.setOpen(true);
    const before = [target.received.length, client.received.length];
    line.net.run(BACK_MS);
    expect([target.received.slice(before[0]), client.received.slice(before[1])]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect([client.isReset, target.isReset]).toEqual([false, false]);
    // Others do not wait for a session that was silent for long: both are there until the old one's flows end.
    expect(line.exchange(line.open(), line.target, 2000)).toEqual([3, 2]);
    client.listener?.handleEnd();
    target.listener?.handleEnd();
    line.net.run(40_000);
    expect([...line.near.node.sessions.carried]).toHaveLength(1);
  });

  it("ends, and its client with it, two minutes after its way went", () => {
    const line = new Line();
    const client = line.open();
    line.setOpen(false);
    line.net.run(115_000);
    expect(client.isReset).toBe(false);
    line.net.run(10_000);
    expect(client.isReset).toBe(true);
    expect(line.closings()).toEqual(["nothing was heard for 120 s"]);
  });

  it("goes on in a session over which no other opens, and which gives its place to another", () => {
    const line = new Line();
    const client = line.open();
    const { target } = line;
    Object.assign(line.far.node.egress, { acceptStream: () => undefined });
    for (let asked = 0; asked < 10; asked += 1) {
      line.net.connectClient(line.near);
      line.net.run(5000);
    }
    Reflect.deleteProperty(line.far.node.egress, "acceptStream");
    const reply = line.net.connectClient(line.near);
    line.net.run(1000);
    expect(reply()).toBe("ok");
    expect(line.exchange(client, target, 2000)).toEqual([3, 2]);
    expect(line.near.log.filter(({ step }) => step === "session-established")).toHaveLength(2);
  });
});

describe("a peer whose way is lost", () => {
  it("is said to be out of reach since then, by the neighbour that its way went through", () => {
    const line = new Line();
    line.open();
    line.setOpen(false);
    line.net.run(42_000);
    const { state, reason } = line.net.peerStatus(line.near, "far");
    expect([state, reason]).toEqual(["silent", expect.stringMatching(/^its path, through mid, was lost 4\d s ago/u)]);
  });

  it("is not said to be up for a session that has flows and takes no more", () => {
    const line = new Line();
    const client = line.open();
    line.cable.isLostThere = line.cable.isLostBack = isOfSession;
    line.net.run(20_000);
    expect(line.net.peerStatus(line.near, "far").state).toBe("up");
    line.net.run(20_000);
    expect([line.net.peerStatus(line.near, "far").state, client.isReset]).toEqual(["connecting", false]);
  });

  it("has its session told as left at once, and no end of it told again when the last of its flows ends", () => {
    const line = new Line();
    const client = line.open();
    const { target } = line;
    line.setOpen(false);
    line.net.run(35_000);
    const lastEnd = line.near.node.sessions.named("far")?.lastEnd;
    expect(lastEnd?.reason).toBe("nothing was heard for 30 s");
    expect(line.near.log.filter(({ step }) => step === "session-left")).toHaveLength(1);
    line.setOpen(true);
    line.net.run(BACK_MS);
    expect(line.exchange(client, target, 2000)).toEqual([3, 2]);
    client.listener?.handleEnd();
    target.listener?.handleEnd();
    line.net.run(BACK_MS);
    expect([...line.near.node.sessions.carried]).toHaveLength(1);
    expect(line.near.node.sessions.named("far")?.lastEnd).toEqual(lastEnd);
  });

  it("has its session served when the link that its way began with takes frames again", () => {
    const line = new Line();
    line.cable.isLostThere = line.cable.isLostBack = isHello;
    line.net.run(2000);
    const { sessions, links } = line.near.node;
    const peer = sessions.named("far");
    sessions.carried.touched.clear();
    links.handleCredit("wan");
    expect([peer?.path, peer?.session && sessions.carried.touched.has(peer.session)]).toEqual([undefined, true]);
  });
});
