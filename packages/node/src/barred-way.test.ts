/** Nodes on the way that are no members any more: nothing goes over them, also where no other way is found. */
import { expect, it } from "vitest";
import { nodeKeyOf } from "@flor/link-state";
import { LABEL_GAL } from "@flor/wire";
import { type Dialler, identityOf, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import { type StagedCable, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const LABEL_SHIFT = 12;
const NAMES = ["near", "mid", "revoked", "far", "other"];
/** The first end dials. */
const CABLES = [
  ["near", "mid"],
  ["mid", "revoked"],
  ["revoked", "far"],
  ["mid", "other"],
  ["far", "other"],
];
const BACK_MS = 10_000;

/** near ═ mid ═ revoked ═ far: a client at near, a target behind far. `other` stands beside `revoked`. */
class Stage {
  readonly net = new StagedNetwork();
  readonly near: StagedNode;
  readonly behind: StagedCable;
  readonly client = new MemorySocket();
  readonly target = new MemorySocket();
  /** Frames of sessions that near sent. */
  sent = 0;
  readonly #other: StagedCable;
  #isRevoked = false;

  constructor() {
    const dial: Dialler = (_, outcome) => outcome.connected(this.target, new Uint8Array(4), 80);
    const gone = nodeKeyOf(identityOf("revoked").publicKey);
    for (const name of NAMES)
      this.net.add(name, {
        peers: this.#peersOf(name),
        links: NAMES,
        dial,
        whyGone: () => (this.#isRevoked ? "revoked in home by vm" : undefined),
        isOfLayer: (key) => !this.#isRevoked || key !== gone,
        ...(name === "near" && { routeTo: "far" }),
      });
    this.near = this.net.node("near");
    this.#cable("near", "mid").isLostThere = (content) => {
      if (content.getUint32(0) >>> LABEL_SHIFT !== LABEL_GAL) this.sent += 1;
      return false;
    };
    this.behind = this.#cable("mid", "revoked");
    this.#cable("revoked", "far");
    this.#other = this.#cable("mid", "other");
    this.#cable("far", "other");
    this.#setOther(false);
    this.net.run(8000);
    this.near.node.accept(this.client, toWeb, this.net.now);
    this.net.run(1000);
  }

  setOther(isOpen: boolean): void {
    this.#setOther(isOpen);
  }

  /** All but the revoked node know of it from now on. */
  revoke(): void {
    this.#isRevoked = true;
    for (const name of NAMES.filter((one) => one !== "revoked")) {
      const staged = this.net.node(name);
      staged.node.setPeers(
        staged.node.peers.filter((peer) => peer.name !== "revoked"),
        this.net.now,
      );
    }
  }

  /** What the client says arrives at the target within that time. */
  says(ms: number): number {
    const before = this.target.received.length;
    this.client.listener?.handleOctets(Uint8Array.of(1, 2, 3));
    this.near.isWoken = true;
    this.net.run(ms);
    return this.target.received.length - before;
  }

  #setOther(isOpen: boolean): void {
    this.#other.isOpenThere = isOpen;
    this.#other.isOpenBack = isOpen;
  }

  #peersOf(name: string): ReturnType<typeof peerOf>[] {
    const linkTo = (other: string): { link: string; address?: string } | undefined => {
      if (CABLES.some(([near, far]) => near === name && far === other)) return { link: other, address: other };
      return CABLES.some(([near, far]) => near === other && far === name) ? { link: other } : undefined;
    };
    return NAMES.filter((other) => other !== name).map((other) => peerOf(other, linkTo(other)));
  }

  #cable(near: string, far: string): StagedCable {
    return this.net.connect(this.net.node(near), { address: far }, this.net.node(far), {}, near, far);
  }
}

it("a lost way ends at once when a node on it is revoked, is counted and said; flows go on over the next way", () => {
  const stage = new Stage();
  expect(stage.says(1000)).toBe(3);
  stage.behind.isOpenThere = stage.behind.isOpenBack = false;
  stage.net.run(5000);
  const peer = stage.near.node.sessions.named("far");
  expect([peer?.path, peer?.wayAt(stage.net.now)?.stack.length]).toEqual([undefined, 3]);
  stage.sent = 0;
  expect([stage.says(2000), stage.sent > 0]).toEqual([0, true]);

  stage.revoke();
  stage.sent = 0;
  expect([stage.says(5000), stage.sent, stage.client.isReset]).toEqual([0, 0, false]);
  expect(stage.net.drops(stage.near)["way-barred"]).toBe(1);
  expect(stage.net.peerStatus(stage.near, "far").reason).toMatch(/led over revoked, which is no member any more/u);

  stage.setOther(true);
  stage.net.run(BACK_MS);
  expect(stage.says(1000)).toBe(3);
});

it("a way that is in use ends in the turn in which a node on it is revoked", () => {
  const stage = new Stage();
  expect(stage.says(1000)).toBe(3);
  stage.sent = 0;
  stage.revoke();
  expect(stage.near.node.sessions.named("far")?.path).toBeUndefined();
  expect([stage.says(5000), stage.sent]).toEqual([0, 0]);
  stage.setOther(true);
  stage.net.run(BACK_MS);
  expect(stage.says(1000)).toBeGreaterThan(0);
});

it("a node that is only not listed any more carries frames as before", () => {
  const stage = new Stage();
  const { node } = stage.near;
  node.setPeers(
    node.peers.filter(({ name }) => name !== "revoked"),
    stage.net.now,
  );
  stage.net.run(100);
  expect(stage.says(1000)).toBe(3);
  expect(stage.net.drops(stage.near)["way-barred"]).toBeUndefined();
});
