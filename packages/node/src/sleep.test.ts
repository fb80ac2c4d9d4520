/** A laptop that sleeps: its flows are there when it wakes, as far as the node at the other end keeps them. */
import { expect, it } from "vitest";
import { type Dialler, identityOf, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import { type LogLine, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const HOUR_MS = 3_600_000;
const toHome = peerOf("home", { link: "wan", address: "192.0.2.2:4600" });

/** A laptop with a flow to a target behind home. */
class Stage {
  readonly net = new StagedNetwork();
  readonly laptop: StagedNode;
  readonly home: StagedNode;
  readonly client = new MemorySocket();
  target = new MemorySocket();

  constructor() {
    const dial: Dialler = (_destination, outcome) => {
      this.target = new MemorySocket();
      outcome.connected(this.target, new Uint8Array(4), 80);
    };
    this.laptop = this.net.add("laptop", { peers: [toHome], routeTo: "home" });
    this.home = this.net.add("home", { peers: [peerOf("laptop", { link: "wan" })], dial });
    this.net.connect(this.laptop, { key: toHome.id }, this.home, { key: identityOf("laptop").id });
    this.net.run(3000);
  }

  open(client = new MemorySocket()): MemorySocket {
    this.laptop.node.accept(client, toWeb, this.net.now);
    this.net.run(2000);
    return client;
  }

  sleep(ms: number): void {
    this.laptop.isDead = true;
    this.net.run(ms);
    this.laptop.isDead = false;
  }

  /** Octets that went to the target, and back, within ten seconds. */
  exchange(client: MemorySocket, target: MemorySocket): readonly number[] {
    const before = [target.received.length, client.received.length];
    client.listener?.handleOctets(Uint8Array.of(1, 2, 3));
    target.listener?.handleOctets(Uint8Array.of(4, 5));
    this.net.run(10_000);
    return [target.received.length - before[0]!, client.received.length - before[1]!];
  }

  closings({ log }: { readonly log: readonly LogLine[] }): readonly unknown[] {
    return log.filter(({ step }) => step === "session-closed").map(({ fields }) => fields["reason"]);
  }
}

it("a flow lives on after its laptop slept for an hour", () => {
  const stage = new Stage();
  const client = stage.open();
  const { target } = stage;
  expect(stage.exchange(client, target)).toEqual([3, 2]);
  stage.sleep(HOUR_MS);
  expect(stage.exchange(client, target)).toEqual([3, 2]);
  expect([client.isReset, target.isReset, stage.closings(stage.home)]).toEqual([false, false, []]);
});

it("what the target said meanwhile is there when the laptop wakes", () => {
  const stage = new Stage();
  const client = stage.open();
  const { target } = stage;
  const before = client.received.length;
  stage.laptop.isDead = true;
  stage.net.run(60_000);
  target.listener?.handleOctets(Uint8Array.of(9, 9, 9));
  stage.net.run(HOUR_MS / 2);
  stage.laptop.isDead = false;
  stage.net.run(10_000);
  expect(client.received.slice(before)).toEqual([9, 9, 9]);
});

it("a session without flows is closed after half a minute of silence, and opened again", () => {
  const stage = new Stage();
  stage.sleep(60_000);
  expect(stage.closings(stage.home)).toEqual(["nothing was heard for 30 s"]);
  stage.net.run(60_000);
  expect(stage.exchange(stage.open(), stage.target)).toEqual([3, 2]);
});

it("a flow ends when its laptop sleeps for longer than it is kept", () => {
  const stage = new Stage();
  stage.open();
  stage.sleep(2 * HOUR_MS + 60_000);
  expect(stage.target.isReset).toBe(true);
  expect(stage.closings(stage.home)).toEqual(["nothing was heard for 7200 s"]);
});

it("a session that a peer gave up makes way for its next one", () => {
  const stage = new Stage();
  stage.open();
  const { target } = stage;
  for (const node of [stage.laptop, stage.home]) node.node.links.drain("wan", stage.net.now);
  stage.laptop.node.sessions.named("home")?.session?.connection.close(0, "given up, and home does not hear of it");
  stage.net.run(5000);
  for (const node of [stage.laptop, stage.home]) node.node.links.resume("wan", stage.net.now);
  stage.net.run(40_000);
  expect(stage.exchange(stage.open(), stage.target)).toEqual([3, 2]);
  expect([target.isReset, [...stage.home.node.sessions.carried].length]).toEqual([true, 1]);
});
