/** Services whose publishers are all gone, and another network that stands in for them. */
import { Cause, causeName } from "@flor/wire";
import { expect, test } from "vitest";
import { MemorySocket, peerOf } from "../memory-network.testing.ts";
import { type StagedNode, StagedNetwork } from "../staged-network.testing.ts";
import { publicationOf } from "./publication.testing.ts";

const SETTLE_MS = 3000;
const NEIGHBOURS = [
  ["laptop", "home"],
  ["laptop", "gate"],
  ["gate", "spare"],
  ["spare", "third"],
] as const;

/** laptop uses db.team, which home publishes, and gate, where db.backup stands in for it: that is at spare. */
class Stage {
  readonly network = new StagedNetwork();
  /** Connections that each node's own target took. */
  readonly sockets = new Map<string, MemorySocket[]>();

  constructor() {
    for (const name of ["laptop", "home", "gate", "spare", "third"]) this.#add(name);
    for (const [near, far] of NEIGHBOURS)
      this.network.connect(this.node(near), {}, this.node(far), {}, `to-${near}`, `to-${far}`);
    const networks = { laptop: ["team"], home: ["team"], gate: ["team", "backup"], spare: ["backup", "last"] };
    for (const [name, known] of Object.entries({ ...networks, third: ["last"] }))
      this.node(name).node.services.configure(
        { networks: known, zone: "", isFlooded: true, mayPublish: () => true },
        this.network.now,
      );
    this.node("home").node.services.publications.set(publicationOf("db"));
    this.node("gate").node.services.publications.set(
      publicationOf("db", { target: { kind: "service", name: "db.backup" }, isChecked: true }),
    );
    this.node("spare").node.services.publications.set(publicationOf("db", { network: "backup" }));
    this.network.run(SETTLE_MS);
  }

  node(name: string): StagedNode {
    return this.network.node(name);
  }

  /** Asks the laptop for db.team; the outcome, and the client's connection. */
  ask(user?: string): { readonly socket: MemorySocket; readonly outcome: string } {
    const socket = Object.assign(new MemorySocket(), { remote: { address: "192.0.2.7", port: 40_000 } });
    let outcome = "pending";
    this.node("laptop").node.request(
      {
        network: "tcp",
        destination: { target: { kind: "domain", name: "db.team" }, port: 5432 },
        user,
        early: new TextEncoder().encode("hello"),
        socket,
        reply: (cause) => void (outcome = causeName(cause)),
      },
      this.network.now,
    );
    this.network.run(1000);
    return { socket, outcome };
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(Array.from(this.sockets, ([name, { length }]) => [name, length]));
  }

  setUp(name: string, service: string, isUp: boolean): void {
    this.node(name).node.services.publications.setUp(service, isUp, "test");
    this.network.run(SETTLE_MS);
  }

  #add(name: string): void {
    const others = NEIGHBOURS.filter((pair) => (pair as readonly string[]).includes(name)).map(([near, far]) =>
      near === name ? far : near,
    );
    const everybody = ["laptop", "home", "gate", "spare", "third"].filter((other) => other !== name);
    this.network.add(name, {
      peers: everybody.map((other) =>
        (others as readonly string[]).includes(other)
          ? peerOf(other, { link: `to-${other}`, address: other })
          : peerOf(other),
      ),
      links: others.map((other) => `to-${other}`),
      dial: (_destination, outcome) => outcome.failed(Cause.GENERAL_FAILURE, "an exit was used"),
      dialTarget: (_target, outcome) => {
        const socket = new MemorySocket();
        this.sockets.set(name, [...(this.sockets.get(name) ?? []), socket]);
        outcome.connected(socket, Uint8Array.of(127, 0, 0, 1), 5432);
      },
    });
  }
}

const text = (socket: MemorySocket | undefined): string =>
  new TextDecoder().decode(Uint8Array.from(socket?.received ?? []));

test("while anybody of the network serves it, a service does not leave it", () => {
  const stage = new Stage();
  for (let flow = 0; flow < 5; flow += 1) expect(stage.ask().outcome).toBe("ok");
  expect(stage.counts()).toEqual({ home: 5 });
});

test("a service whose publishers are all down is served by another network, both ways, and that is counted", () => {
  const stage = new Stage();
  stage.setUp("home", "db.team", false);
  const { socket, outcome } = stage.ask();
  expect([outcome, stage.counts()]).toEqual(["ok", { spare: 1 }]);
  const [target] = stage.sockets.get("spare")!;
  expect(text(target)).toBe("hello");
  target!.listener!.handleOctets(new TextEncoder().encode("answer"));
  stage.network.run(100);
  socket.listener!.handleEnd();
  target!.listener!.handleEnd();
  stage.network.run(100);
  expect([text(socket), socket.isEnded, target!.isEnded]).toEqual(["answer", true, true]);
  const { services } = stage.node("laptop").node;
  expect(services.countsOf(services.directory.inUse("db.team")!).tromboned).toBe(1);
  const gate = stage.node("gate").node;
  expect([...gate.services.publications.all()].map(({ opened, flows }) => [opened, flows.size])).toEqual([[1, 0]]);
});

test("a publisher that is asked in vain is followed by the fall-back, though it is taken for up", () => {
  const stage = new Stage();
  stage
    .node("home")
    .node.services.publications.set(publicationOf("db", { decide: () => ({ allowed: false, rule: "*" }) }));
  expect([stage.ask().outcome, stage.counts()]).toEqual(["ok", { spare: 1 }]);
});

test("a fall-back is down while nobody serves what it stands for", () => {
  const stage = new Stage();
  stage.setUp("spare", "db.backup", false);
  const [fallback] = stage.node("gate").node.services.publications.all();
  expect([fallback?.state, fallback?.reason]).toEqual(["down", "nobody serves db.backup now"]);
  stage.setUp("spare", "db.backup", true);
  expect([fallback?.state, fallback?.reason]).toEqual(["up", ""]);
});

test("a fall-back of the fall-back is refused: a flow crosses two networks at most", () => {
  const stage = new Stage();
  stage.node("third").node.services.publications.set(publicationOf("db", { network: "last" }));
  stage.network.run(SETTLE_MS);
  const target = { kind: "service", name: "db.last" } as const;
  stage
    .node("spare")
    .node.services.publications.set(publicationOf("db", { network: "backup", target, isChecked: true }));
  stage.network.run(SETTLE_MS);
  stage.setUp("home", "db.team", false);
  const { outcome } = stage.ask();
  expect([outcome, stage.counts()]).toEqual(["not-allowed", {}]);
  const refused = stage.node("spare").log.findLast(({ step }) => step === "connect-failed");
  expect(refused?.fields["text"]).toBe("db.backup: the flow would cross more than 2 networks");
});

test("networks that stand in for each other do not pass a flow round", () => {
  const stage = new Stage();
  stage.setUp("home", "db.team", false);
  stage
    .node("gate")
    .node.services.publications.set(
      publicationOf("db", { network: "backup", target: { kind: "service", name: "db.team" }, isChecked: true }),
    );
  stage.setUp("spare", "db.backup", false);
  expect(["not-allowed", "host-unreachable", "name-not-found"]).toContain(stage.ask().outcome);
  expect(stage.counts()).toEqual({});
});

test("a client that leaves while the other network is asked leaves nothing behind", () => {
  const stage = new Stage();
  stage.setUp("home", "db.team", false);
  const { socket } = stage.ask();
  socket.listener!.handleReset("ECONNRESET");
  stage.network.run(1000);
  expect(stage.sockets.get("spare")!.map(({ isReset }) => isReset)).toEqual([true]);
});

test("a name of a network that the publisher does not know leaves through no exit", () => {
  const stage = new Stage();
  stage
    .node("gate")
    .node.services.publications.set(
      publicationOf("web", { target: { kind: "service", name: "web.elsewhere" }, isChecked: false }),
    );
  stage.node("gate").node.services.publications.setUp("web.team", true, "");
  const outcomes: string[] = [];
  const socket = new MemorySocket();
  stage.node("gate").node.request(
    {
      network: "tcp",
      destination: { target: { kind: "domain", name: "web.team" }, port: 80 },
      user: undefined,
      early: new Uint8Array(0),
      socket,
      reply: (cause) => void outcomes.push(causeName(cause)),
    },
    stage.network.now,
  );
  stage.network.run(1000);
  expect(outcomes).not.toContain("ok");
  expect(stage.network.node("gate").log.some(({ fields }) => fields["text"] === "an exit was used")).toBe(false);
});
