/** Five nodes in a line: the first knows all, and a flow outlives the death and return of the one in the middle. */
import { expect, it } from "vitest";
import { nodeKeyOf } from "@flor/link-state";
import { type Dialler, identityOf, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import { StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const NAMES = ["a", "b", "c", "d", "e"] as const;
/** Twenty pass as well, in twelve seconds of a busy machine. */
const DEATHS = 5;
/** A death is noticed after 900 ms; of a third one within a minute others hear at the slowest pace, five seconds. */
const BACK_MS = 10_000;
const BETWEEN_MS = 1000;
const LOOK_MS = 100;
/** Hellos, control connections and the flow take some hundreds. */
const TURNS_MAX = 20_000;

const keyOf = (name: string): string => nodeKeyOf(identityOf(name).publicKey);

class Line {
  readonly net = new StagedNetwork();
  readonly target = new MemorySocket();
  readonly client = new MemorySocket();
  #middle: StagedNode;

  constructor() {
    for (const name of NAMES) this.#add(name);
    for (const [at, name] of NAMES.slice(1).entries()) this.#join(this.net.node(NAMES[at]!), this.net.node(name));
    this.#middle = this.net.node("c");
    this.net.run(5000);
  }

  /** Counts the turns of the last node from now on. */
  countTurns(): () => number {
    const { node } = this.net.node("e");
    const turn = node.turn.bind(node);
    let turns = 0;
    node.turn = (now) => {
      turns += 1;
      return turn(now);
    };
    return () => turns;
  }

  get first(): StagedNode {
    return this.net.node("a");
  }

  open(): void {
    this.first.node.accept(this.client, toWeb, this.net.now);
    this.net.run(2000);
  }

  /** The node in the middle is killed, and back after a while, with nothing in its memory. */
  killMiddle(forMs: number): void {
    this.#middle.isDead = true;
    this.net.run(forMs);
    const again = this.#add("c");
    this.#join(this.net.node("b"), again);
    this.#join(again, this.net.node("d"));
    this.#middle = again;
  }

  say(octet: number): void {
    this.client.listener?.handleOctets(Uint8Array.of(octet));
    this.target.listener?.handleOctets(Uint8Array.of(octet));
  }

  #add(name: (typeof NAMES)[number]): StagedNode {
    const at = NAMES.indexOf(name);
    const [left, right] = [NAMES[at - 1], NAMES[at + 1]];
    const dial: Dialler = (_, outcome) => outcome.connected(this.target, new Uint8Array(4), 80);
    const neighbours = [
      ...(left === undefined ? [] : [peerOf(left, { link: "left" })]),
      ...(right === undefined ? [] : [peerOf(right, { link: "right", address: right })]),
    ];
    const ends = name === "a" ? [peerOf("e")] : name === "e" ? [peerOf("a")] : [];
    const links = ["left", "right"];
    return this.net.add(name, { peers: [...neighbours, ...ends], links, dial, ...(name === "a" && { routeTo: "e" }) });
  }

  #join(left: StagedNode, right: StagedNode): void {
    this.net.connect(left, {}, right, {}, "left", "right");
  }
}

it("a line of five: the first knows all, and no octet is lost or doubled while the middle is killed again and again", () => {
  const line = new Line();
  const known = NAMES.slice(1).filter((name) => line.first.node.topology.peerPaths.isReachable(keyOf(name)));
  expect(known).toEqual(NAMES.slice(1));
  line.open();
  expect(line.first.node.sessions.named("e")?.path?.stack).toHaveLength(NAMES.length - 1);
  const said: number[] = [];
  const turns = line.countTurns();
  for (let death = 1; death <= DEATHS; death += 1) {
    said.push(death);
    line.killMiddle(400 * death);
    line.say(death);
    const isWhole = (): boolean =>
      line.target.received.length >= said.length && line.client.received.length > said.length;
    for (let ms = 0; ms < BACK_MS && !isWhole(); ms += LOOK_MS) line.net.run(LOOK_MS);
    expect(line.target.received).toEqual(said);
    // The first octet that the client hears is the outcome.
    expect(line.client.received.slice(1)).toEqual(said);
    line.net.run(BETWEEN_MS);
  }
  // What it could not acknowledge for lack of a path kept it from no rest.
  expect(turns()).toBeLessThan(TURNS_MAX);
});
