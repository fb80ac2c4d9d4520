import { Cause } from "@flor/wire";
import { afterEach, describe, expect, it } from "vitest";
import { coreStatusOf } from "./node-status.ts";
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

const running: MemoryNode[] = [];

afterEach(() => {
  for (const node of running.splice(0)) node.stop();
});

/** Answers every dial with an upper-casing echo. */
const echo: Dialler = (_destination, outcome) => {
  const socket = new (class extends MemorySocket {
    override write(octets: Uint8Array): number {
      const answer = octets.map((octet) => (octet >= 97 && octet <= 122 ? octet - 32 : octet));
      queueMicrotask(() => this.listener?.handleOctets(answer));
      return 0;
    }

    override end(): void {
      super.end();
      this.listener?.handleEnd();
    }
  })();
  outcome.connected(socket, new Uint8Array([127, 0, 0, 1]), 80);
};

async function run(...nodes: Promise<MemoryNode>[]): Promise<MemoryNode[]> {
  const started = await Promise.all(nodes);
  running.push(...started);
  return started;
}

const SUCCEEDED = [Cause.OK];

describe("two nodes", () => {
  const two = (dial: Dialler = echo): Promise<MemoryNode[]> =>
    run(
      startNode("laptop", [peerOf("home", { link: "wan", address: "home" })], { links: ["wan"], routeTo: "home" }),
      startNode("home", [peerOf("laptop", { link: "wan" })], { links: ["wan"], dial }),
    );

  it("carry a client to the target and back", async () => {
    const [laptop, home] = await two();
    if (!laptop || !home) throw new Error("not started");
    connect(laptop, "wan", home, "wan");
    const socket = clientOf(laptop);
    await expect.poll(() => socket.received).toEqual(SUCCEEDED);
    socket.listener?.handleOctets(new Uint8Array([104, 105]));
    await expect.poll(() => socket.received.slice(SUCCEEDED.length)).toEqual([72, 73]);
    socket.listener?.handleEnd();
    await expect.poll(() => socket.isEnded).toBe(true);
    await expect.poll(() => [...laptop.node.sessions.carried].map((session) => session.flows.size)).toEqual([0]);
  });

  it("tell the client why the target was not reached", async () => {
    const [laptop, home] = await two((_destination, outcome) =>
      outcome.failed(Cause.CONNECTION_REFUSED, "nobody listens"),
    );
    if (!laptop || !home) throw new Error("not started");
    connect(laptop, "wan", home, "wan");
    const socket = clientOf(laptop);
    await expect.poll(() => socket.received).toEqual([Cause.CONNECTION_REFUSED]);
    expect(socket.isEnded).toBe(true);
  });

  it("log who refused a client: the far node by its rules, or this one for lack of a route", async () => {
    const [laptop, home] = await two((_destination, outcome) =>
      outcome.failed(Cause.NOT_ALLOWED, "not allowed: loopback"),
    );
    if (!laptop || !home) throw new Error("not started");
    connect(laptop, "wan", home, "wan");
    const refused = [clientOf(laptop), clientOf(home)];
    const reply = (socket: MemorySocket): number[] => socket.received;
    const notAllowed = [Cause.NOT_ALLOWED];
    await expect.poll(() => refused.map(reply)).toEqual([notAllowed, notAllowed]);
    const destination = "web.example:80";
    const far = { destination, cause: "not-allowed", by: "home", text: "not allowed: loopback" };
    expect(laptop.log).toContainEqual(["open-failed", far]);
    expect(home.log).toContainEqual(["open-failed", { destination, cause: "no-route" }]);
    expect([laptop, home].map(({ node }) => node.ingress.failedByCause)).toEqual([
      { "not-allowed": 1 },
      { "no-route": 1 },
    ]);
  });

  it("reset a client whose egress restarted, and serve the next at once", async () => {
    const [laptop, home] = await two();
    if (!laptop || !home) throw new Error("not started");
    connect(laptop, "wan", home, "wan");
    const socket = clientOf(laptop);
    await expect.poll(() => socket.received).toEqual(SUCCEEDED);
    home.stop();
    const [again] = await run(startNode("home", [peerOf("laptop", { link: "wan" })], { links: ["wan"], dial: echo }));
    if (!again) throw new Error("not started");
    connect(laptop, "wan", again, "wan");
    await expect.poll(() => socket.isReset).toBe(true);
    const next = clientOf(laptop);
    await expect.poll(() => next.received).toEqual(SUCCEEDED);
  });

  it("serve a client that asked while its session was lost, by the next one", async () => {
    const [laptop, home] = await two();
    if (!laptop || !home) throw new Error("not started");
    const wire = connect(laptop, "wan", home, "wan");
    const sessionOf = ({ node }: MemoryNode) => node.sessions.named("home")?.session;
    await expect.poll(() => sessionOf(laptop)).toBeDefined();
    wire.isUp = false;
    const lost = sessionOf(laptop);
    const socket = clientOf(laptop);
    expect(lost?.flows.size).toBe(1);
    lost?.connection.close(0, "");
    await expect.poll(() => lost?.isOver).toBe(true);
    wire.isUp = true;
    await expect.poll(() => socket.received).toEqual(SUCCEEDED);
    expect(laptop.node.ingress.failedByCause).toEqual({});
  });

  it("show as silent who is not heard any more, and as up who is heard again", async () => {
    const [laptop, home] = await two();
    if (!laptop || !home) throw new Error("not started");
    const wire = connect(laptop, "wan", home, "wan");
    const state = (): string | undefined => coreStatusOf(laptop.node, steadyNow()).peers[0]?.state;
    await expect.poll(() => state()).toBe("up");
    wire.isUp = false;
    await expect.poll(() => state()).toBe("silent");
    wire.isUp = true;
    await expect.poll(() => state()).toBe("up");
  });

  it("answer nothing to a node that is not listed", async () => {
    const [laptop, home] = await run(
      startNode("laptop", [peerOf("home", { link: "wan", address: "home" })], { links: ["wan"], routeTo: "home" }),
      startNode("home", [peerOf("vm", { link: "wan" })], { links: ["wan"] }),
    );
    if (!laptop || !home) throw new Error("not started");
    const wire = connect(laptop, "wan", home, "wan");
    await expect.poll(() => home.node.control.endpoint.drops.total).toBeGreaterThan(0);
    expect([...home.node.control.endpoint.connections]).toEqual([]);
    // What is on the wire came from the other side, and one more may be on its way.
    await expect.poll(() => wire.frames.length - home.node.forwarder.framesReceived).toBe(0);
  });
});

describe("three nodes", () => {
  it("carry a client through a transit node that only switches labels", async () => {
    const [laptop, vm, home] = await run(
      startNode("laptop", [peerOf("vm", { link: "wan", address: "vm" }), peerOf("home", { via: ["vm"] })], {
        links: ["wan"],
        routeTo: "home",
      }),
      startNode("vm", [peerOf("laptop", { link: "wan" }), peerOf("home", { link: "lan" })], { links: ["wan", "lan"] }),
      startNode("home", [peerOf("vm", { link: "wan", address: "vm" }), peerOf("laptop", { via: ["vm"] })], {
        links: ["wan"],
        dial: echo,
      }),
    );
    if (!laptop || !vm || !home) throw new Error("not started");
    connect(laptop, "wan", vm, "wan");
    connect(home, "wan", vm, "lan");
    const socket = clientOf(laptop);
    await expect.poll(() => socket.received).toEqual(SUCCEEDED);
    socket.listener?.handleOctets(new TextEncoder().encode("hello ".repeat(20)));
    await expect.poll(() => socket.received.length).toBe(SUCCEEDED.length + 120);
    expect(vm.node.forwarder.framesForwarded).toBeGreaterThan(0);
    expect([...vm.node.sessions.carried]).toEqual([]);
  });
});

describe("a node with many peers", () => {
  it("holds sessions with thirty-two of those that routes name, and opens another for its first client", async () => {
    const others = Array.from({ length: 40 }, (_, n) => peerOf(String.fromCharCode(0x80 + n)));
    const [laptop, home] = await run(
      startNode("laptop", [...others, peerOf("home", { link: "wan", address: "home" })], {
        links: ["wan"],
        routeTo: "home",
      }),
      startNode("home", [peerOf("laptop", { link: "wan" })], { links: ["wan"], dial: echo }),
    );
    const peer = laptop?.node.sessions.named("home");
    if (!laptop || !home || !peer) throw new Error("not started");
    peer.wanted = false;
    for (const { name } of others) laptop.node.sessions.want(name);
    laptop.node.sessions.want("home");
    expect([...laptop.node.sessions.peers.values()].filter(({ wanted }) => wanted)).toHaveLength(32);
    connect(laptop, "wan", home, "wan");
    await expect.poll(() => peer.path).toBeDefined();
    expect([peer.wanted, peer.attempts.size, peer.session]).toEqual([false, 0, undefined]);
    const socket = clientOf(laptop);
    await expect.poll(() => socket.received).toEqual(SUCCEEDED);
  });
});

describe("a line of five nodes", () => {
  it("carries a flow from the first to the last, which neither are adjacent nor name those between", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const nodes = await run(
      startNode("a", [peerOf("b", { link: "right", address: "b" }), peerOf("e")], { links: ["right"], routeTo: "e" }),
      ...["b", "c", "d"].map(async (name, index) => {
        const [before, after] = [names[index] ?? "", names[index + 2] ?? ""];
        const peers = [peerOf(before, { link: "left" }), peerOf(after, { link: "right", address: after })];
        return startNode(name, peers, { links: ["left", "right"] });
      }),
      startNode("e", [peerOf("d", { link: "left" }), peerOf("a")], { links: ["left"], dial: echo }),
    );
    nodes.forEach((node, index) => {
      const next = nodes[index + 1];
      if (next !== undefined) connect(node, "right", next, "left");
    });
    const [first] = nodes;
    if (first === undefined) throw new Error("not started");
    const socket = clientOf(first);
    await expect.poll(() => socket.received).toEqual(SUCCEEDED);
    socket.listener?.handleOctets(new Uint8Array([104, 105]));
    await expect.poll(() => socket.received.slice(SUCCEEDED.length)).toEqual([72, 73]);
    const peer = coreStatusOf(first.node, steadyNow()).peers.find(({ name }) => name === "e");
    expect(peer?.path).toHaveLength(4);
    expect(peer?.labels).toHaveLength(4);
  });
});
