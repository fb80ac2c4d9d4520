/** Routes with several peers: who is asked, in what order, and what never reaches two of them. */
import { Cause, type Destination } from "@flor/wire";
import { afterEach, describe, expect, it } from "vitest";
import { CANDIDATE_MAX_MS } from "./ingress.ts";
import {
  clientOf,
  connect,
  type Dialler,
  MemorySocket,
  type MemoryNode,
  peerOf,
  startNode,
} from "./memory-network.testing.ts";
import { steadyNow } from "./steady-clock.testing.ts";
import type { DialOutcome } from "./node-host.ts";

const HELLO = new TextEncoder().encode("hello");
const running: MemoryNode[] = [];

afterEach(() => {
  for (const node of running.splice(0)) node.stop();
});

/** What one egress was asked, and what it does then. */
class Egress {
  readonly asked: Destination[] = [];
  readonly target: MemorySocket = new MemorySocket();
  outcome: DialOutcome | undefined;
  readonly #answer: Cause | "silence";

  constructor(answer: Cause | "silence") {
    this.#answer = answer;
  }

  readonly dial: Dialler = (destination, outcome) => {
    this.asked.push(destination);
    this.outcome = outcome;
    if (this.#answer === Cause.OK) this.connect();
    else if (this.#answer !== "silence") outcome.failed(this.#answer, `says ${Cause[this.#answer]}`);
  };

  connect(): void {
    this.outcome?.connected(this.target, new Uint8Array([127, 0, 0, 1]), 80);
  }
}

/** A laptop with two egresses, both of which it has a session with. */
async function laptopWith(first: Egress, second: Egress): Promise<MemoryNode> {
  const peers = [peerOf("home", { link: "a", address: "home" }), peerOf("vm", { link: "b", address: "vm" })];
  const laptop = await startNode("laptop", peers, { links: ["a", "b"], routeTo: ["home", "vm"] });
  const home = await startNode("home", [peerOf("laptop", { link: "wan" })], { links: ["wan"], dial: first.dial });
  const vm = await startNode("vm", [peerOf("laptop", { link: "wan" })], { links: ["wan"], dial: second.dial });
  running.push(laptop, home, vm);
  connect(laptop, "a", home, "wan");
  connect(laptop, "b", vm, "wan");
  for (const name of ["home", "vm"]) await hasSession(laptop, name);
  return laptop;
}

async function hasSession({ node }: MemoryNode, name: string): Promise<void> {
  await expect.poll(() => node.sessions.named(name)?.session !== undefined).toBe(true);
}

const textOf = ({ received }: MemorySocket): string => new TextDecoder().decode(Uint8Array.from(received));

describe("a route with two peers", () => {
  it("asks the first, and the second nothing when that agrees", async () => {
    const [first, second] = [new Egress(Cause.OK), new Egress(Cause.OK)];
    const client = clientOf(await laptopWith(first, second));
    await expect.poll(() => client.received).toEqual([Cause.OK]);
    expect([first.asked.length, second.asked.length]).toEqual([1, 0]);
  });

  it("asks the second when the first refuses, with all that the client sent ahead", async () => {
    const [first, second] = [new Egress(Cause.NOT_ALLOWED), new Egress(Cause.OK)];
    const laptop = await laptopWith(first, second);
    const client = clientOf(laptop);
    client.listener?.handleOctets(HELLO);
    await expect.poll(() => client.received).toEqual([Cause.OK]);
    await expect.poll(() => textOf(second.target)).toBe("hello");
    client.listener?.handleOctets(HELLO);
    await expect.poll(() => textOf(second.target)).toBe("hellohello");
    expect([first.asked.length, second.asked.length, first.target.received]).toEqual([1, 1, []]);
    expect([laptop.node.ingress.opened, laptop.node.ingress.failedByCause]).toEqual([1, {}]);
  });

  it("tells the client the last answer when both refuse", async () => {
    const laptop = await laptopWith(new Egress(Cause.NOT_ALLOWED), new Egress(Cause.CONNECTION_REFUSED));
    const client = clientOf(laptop);
    await expect.poll(() => client.received).toEqual([Cause.CONNECTION_REFUSED]);
    const said = {
      destination: "web.example:80",
      cause: "connection-refused",
      by: "vm",
      text: "says CONNECTION_REFUSED",
    };
    expect(laptop.log).toContainEqual(["open-failed", said]);
  });

  it("asks the second at once when there is no session with the first", async () => {
    const [first, second] = [new Egress(Cause.OK), new Egress(Cause.OK)];
    const laptop = await laptopWith(first, second);
    laptop.node.sessions.named("home")!.session = undefined;
    const client = clientOf(laptop);
    await expect.poll(() => client.received).toEqual([Cause.OK]);
    expect([first.asked.length, second.asked.length]).toEqual([0, 1]);
  });

  it("asks the second when the first does not answer in its time", async () => {
    const [first, second] = [new Egress("silence"), new Egress(Cause.OK)];
    const laptop = await laptopWith(first, second);
    const client = clientOf(laptop);
    await expect.poll(() => first.asked.length).toBe(1);
    laptop.node.ingress.handleTimeout(steadyNow() + CANDIDATE_MAX_MS);
    laptop.driver.wake();
    await expect.poll(() => client.received).toEqual([Cause.OK]);
    expect(second.asked.length).toBe(1);
  });

  it("never gives two of them what the client sent", async () => {
    const [first, second] = [new Egress("silence"), new Egress(Cause.OK)];
    const laptop = await laptopWith(first, second);
    const client = clientOf(laptop);
    client.listener?.handleOctets(HELLO);
    await expect.poll(() => first.asked.length).toBe(1);
    // It had not said anything yet when it was asked about: ask again, with an early octet this time.
    const other = new MemorySocket();
    laptop.node.ingress.request({
      network: "tcp",
      destination: { target: { kind: "domain", name: "web.example" }, port: 80 },
      user: undefined,
      early: HELLO,
      socket: other,
      reply: (cause) => void other.write(Uint8Array.of(cause)),
    });
    await expect.poll(() => first.asked.length).toBe(2);
    laptop.node.ingress.handleTimeout(steadyNow() + CANDIDATE_MAX_MS);
    laptop.driver.wake();
    expect(other.received).toEqual([Cause.TIMED_OUT]);
    await expect.poll(() => client.received).toEqual([Cause.OK]);
    expect(textOf(second.target)).toBe("hello");
    expect(second.asked.length).toBe(1);
  });
});

describe("what a client sends ahead", () => {
  it("travels with the open: the target has it although nothing more crosses", async () => {
    const egress = new Egress("silence");
    const laptop = await startNode("laptop", [peerOf("home", { link: "a", address: "home" })], {
      links: ["a"],
      routeTo: "home",
    });
    const home = await startNode("home", [peerOf("laptop", { link: "wan" })], { links: ["wan"], dial: egress.dial });
    running.push(laptop, home);
    const wire = connect(laptop, "a", home, "wan");
    await hasSession(laptop, "home");
    const client = new MemorySocket();
    laptop.node.ingress.request({
      network: "tcp",
      destination: { target: { kind: "domain", name: "web.example" }, port: 80 },
      user: undefined,
      early: HELLO,
      socket: client,
      reply: (cause) => void client.write(Uint8Array.of(cause)),
    });
    await expect.poll(() => egress.asked.length).toBe(1);
    wire.isUp = false;
    egress.connect();
    await expect.poll(() => textOf(egress.target)).toBe("hello");
    expect(client.received).toEqual([]);
  });
});
