/** Services over staged nodes: what is published is found, reached and balanced; what is not goes nowhere. */
import { encodeOwnRecord, encodeRecord } from "@flor/service";
import { Cause, causeName } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { MemorySocket, peerOf } from "../memory-network.testing.ts";
import { type StagedNode, StagedNetwork } from "../staged-network.testing.ts";
import { Publication, type PublicationSettings } from "./publication.ts";
import { publicationOf } from "./publication.testing.ts";
import { explainService, simulateService } from "./service-explain.ts";
import { SERVICE_TRIES_MAX } from "./service-route.ts";
import { SERVICES_LISTED_MAX, servicesStatusOf } from "./service-status.ts";

const SETTLE_MS = 3000;

/** What a publisher's target does, and the connections it took. */
class Target {
  readonly sockets: MemorySocket[] = [];
  refuses = false;
}

/** An ingress and publishers, all neighbours of the ingress. */
class Stage {
  readonly network = new StagedNetwork();
  readonly laptop: StagedNode;
  readonly publishers: readonly StagedNode[];
  readonly targets: readonly Target[];
  readonly exits: string[] = [];

  constructor(names: readonly string[], granted: (service: string) => boolean = () => true) {
    const links = names.map((name) => `to-${name}`);
    this.targets = names.map(() => new Target());
    this.publishers = names.map((name, index) =>
      this.network.add(name, {
        peers: [peerOf("laptop", { link: "wan" })],
        dial: ({ target }) => void this.exits.push(target.kind === "domain" ? target.name : "address"),
        dialTarget: (_target, outcome) => {
          const { refuses, sockets } = this.targets[index]!;
          if (refuses) return outcome.failed(Cause.CONNECTION_REFUSED, "refused");
          const socket = new MemorySocket();
          sockets.push(socket);
          outcome.connected(socket, Uint8Array.of(127, 0, 0, 1), 5432);
        },
      }),
    );
    this.laptop = this.network.add("laptop", {
      peers: names.map((name) => peerOf(name, { link: `to-${name}`, address: name })),
      links,
      routeTo: names[0]!,
      dialTarget: (_target, outcome) => outcome.connected(new MemorySocket(), Uint8Array.of(127, 0, 0, 1), 1),
    });
    for (const publisher of this.publishers)
      this.network.connect(publisher, {}, this.laptop, {}, `to-${publisher.name}`);
    for (const { node } of [this.laptop, ...this.publishers])
      node.services.configure(
        { networks: ["team"], zone: "", isFlooded: true, mayPublish: (_key, service) => granted(service) },
        this.network.now,
      );
  }

  publish(service = "db", more: (index: number) => Partial<PublicationSettings> = () => ({})): void {
    for (const [index, { node }] of this.publishers.entries())
      node.services.publications.set(publicationOf(service, more(index)));
    this.network.run(SETTLE_MS);
  }

  /** A client that asks for a name; the outcome, when there is one. */
  ask(name: string, from = "192.0.2.7", early = ""): { readonly socket: MemorySocket; outcome: () => string } {
    const socket = Object.assign(new MemorySocket(), { remote: { address: from, port: 40_000 } });
    let outcome = "pending";
    this.laptop.node.request(
      {
        network: "tcp",
        destination: { target: { kind: "domain", name }, port: 5432 },
        user: undefined,
        early: new TextEncoder().encode(early),
        socket,
        reply: (cause) => void (outcome = causeName(cause)),
      },
      this.network.now,
    );
    return { socket, outcome: () => outcome };
  }

  asked(name: string, from?: string, early?: string): string {
    const { outcome } = this.ask(name, from, early);
    this.network.run(1000);
    return outcome();
  }

  counts(): number[] {
    return this.targets.map(({ sockets }) => sockets.length);
  }
}

describe("a publisher's configuration that changes while it runs", () => {
  const settings = { networks: ["team"], mayPublish: () => true };

  it("tells others of its services when they are flooded from now on, and takes them back when they are not", () => {
    const stage = new Stage(["home"]);
    const { services } = stage.publishers[0]!.node;
    services.configure({ ...settings, zone: "", isFlooded: false }, stage.network.now);
    stage.publish();
    expect(stage.asked("db.team")).toBe("name-not-found");
    services.configure({ ...settings, zone: "", isFlooded: true }, stage.network.now);
    stage.network.run(SETTLE_MS);
    expect(stage.asked("db.team")).toBe("ok");
    services.configure({ ...settings, zone: "", isFlooded: false }, stage.network.now);
    stage.network.run(SETTLE_MS);
    expect(stage.asked("db.team")).toBe("name-not-found");
  });

  it("says its new zone in what it published before", () => {
    const stage = new Stage(["home"]);
    stage.publish();
    const { services } = stage.publishers[0]!.node;
    services.configure({ ...settings, zone: "north", isFlooded: true }, stage.network.now);
    stage.network.run(SETTLE_MS);
    const [record] = stage.laptop.node.services.directory.granted("db.team");
    expect(record?.zone).toBe("north");
    expect(stage.asked("db.team")).toBe("ok");
  });
});

describe("a service", () => {
  it("is reached by its name, in any spelling, with what the client sent ahead", () => {
    const stage = new Stage(["home"]);
    stage.publish();
    expect(stage.asked("DB.Team.", undefined, "hello")).toBe("ok");
    expect(new TextDecoder().decode(Uint8Array.from(stage.targets[0]!.sockets[0]!.received))).toBe("hello");
    expect(stage.exits).toEqual([]);
  });

  it("that nobody publishes fails at once, and leaves through no exit", () => {
    const stage = new Stage(["home"]);
    stage.publish();
    const { outcome } = stage.ask("mail.team");
    expect(outcome()).toBe("name-not-found");
    expect(stage.laptop.log.findLast(({ step }) => step === "open-failed")?.fields).toMatchObject({
      destination: "mail.team:5432",
      text: "nobody in team publishes mail.team",
    });
    stage.network.run(1000);
    expect(stage.exits).toEqual([]);
  });

  it("leaves names of other domains to routes", () => {
    const stage = new Stage(["home"]);
    stage.publish();
    stage.ask("db.example");
    stage.network.run(1000);
    expect(stage.exits).toEqual(["db.example"]);
  });

  it("of a publisher that is not granted the name is unknown, and it is said why", () => {
    const stage = new Stage(["home"], (service) => service !== "db");
    stage.publish();
    const { outcome } = stage.ask("db.team");
    expect(outcome()).toBe("name-not-found");
    const { fields } = stage.laptop.log.findLast(({ step }) => step === "open-failed")!;
    expect(fields["text"]).toBe("home publishes db.team without being trusted for it: see services.trust");
  });

  it("admits whom its rules admit, and the publisher's log has the rule", () => {
    const stage = new Stage(["home"]);
    stage.publish("db", () => ({ decide: ({ node }) => ({ allowed: false, rule: `member:${node}` }) }));
    expect(stage.asked("db.team")).toBe("not-allowed");
    const refused = stage.publishers[0]!.log.find(({ step }) => step === "connect-failed");
    expect(refused?.fields).toMatchObject({ peer: "laptop", text: "db.team denies member:laptop" });
  });

  it("is told who asks and where the client is only where its publisher wants to know", () => {
    const stage = new Stage(["home"]);
    stage.publish("db", () => ({ proxyProtocol: true }));
    expect(stage.asked("db.team")).toBe("ok");
    const header = Uint8Array.from(stage.targets[0]!.sockets[0]!.received);
    expect([...header.subarray(12, 20)]).toEqual([0x21, 0x11, 0, header.length - 16, 192, 0, 2, 7]);
    stage.publish("db", () => ({ proxyProtocol: false }));
    expect(stage.asked("db.team")).toBe("ok");
    expect(stage.targets[0]!.sockets[1]!.received).toEqual([]);
  });

  it("of this node itself is reached without any other", () => {
    const stage = new Stage(["home"]);
    stage.laptop.node.services.publications.set(publicationOf("web"));
    expect(stage.asked("web.team")).toBe("ok");
  });

  it("that is taken back is unknown", () => {
    const stage = new Stage(["home"]);
    stage.publish();
    expect(stage.asked("db.team")).toBe("ok");
    stage.publishers[0]!.node.services.publications.delete("db.team");
    stage.network.run(SETTLE_MS);
    expect(stage.asked("db.team")).toBe("name-not-found");
  });

  it("that an older run of its node knew nothing of is refused by that node, not dialled", () => {
    const stage = new Stage(["home"]);
    stage.publish();
    // The record is still known here when the publisher has forgotten it.
    stage.publishers[0]!.node.services.publications.delete("db.team");
    const { outcome } = stage.ask("db.team");
    stage.network.run(20);
    expect(outcome()).toBe("name-not-found");
    expect(stage.exits).toEqual([]);
  });
});

describe("what a publisher says that is no record", () => {
  const told = (octets: readonly Uint8Array[]): Stage => {
    const stage = new Stage(["home"]);
    stage.publish();
    const { services, topology } = stage.publishers[0]!.node;
    const own = services.publications.records().map(encodeOwnRecord);
    topology.linkState.setServices([...octets, ...own], true);
    stage.network.run(SETTLE_MS);
    return stage;
  };
  const record = { ...new Publication(publicationOf("mail"), 1).record("00".repeat(32)) };

  it.each([
    ["of garbage", Uint8Array.of(0xff, 1, 2), "malformed record"],
    ["of another publisher", encodeRecord(record), "the record of another publisher"],
    ["with a weight of 1001", encodeOwnRecord({ ...record, weight: 1001 }), "weight 1001 is not from 0 to 1000"],
    ["with a name that is none", encodeOwnRecord({ ...record, service: "d_b" }), "is no label"],
    ["longer than a record", new Uint8Array(1025), "longer than 1024"],
  ])("a record %s is ignored and counted, and the others count", (_, octets, why) => {
    const stage = told([octets]);
    const { services } = stage.laptop.node;
    expect([services.badRecords, services.lastBadRecord]).toEqual([1, expect.stringContaining(why)]);
    expect(services.directory.names()).toEqual(["db.team"]);
    expect(stage.asked("db.team")).toBe("ok");
  });

  it("of another network is left, and counts nothing", () => {
    const stage = told([encodeOwnRecord({ ...record, network: "other" })]);
    expect(stage.laptop.node.services.directory.names()).toEqual(["db.team"]);
    expect(stage.laptop.node.services.badRecords).toBe(0);
  });

  it("more than 64 records: the rest is left out at home, and said", () => {
    const stage = new Stage(["home"]);
    const { services, topology } = stage.publishers[0]!.node;
    const many = Array.from({ length: 70 }, (_, n) => encodeOwnRecord({ ...record, service: `s${n}` }));
    topology.linkState.setServices(many, true);
    stage.network.run(SETTLE_MS);
    expect([services.ownLeftOut, stage.laptop.node.services.directory.names().length]).toEqual([6, 64]);
  });
});

describe("what is explained", () => {
  it("is what the data path does, for every client, at whatever ports the targets are", () => {
    const stage = new Stage(["alpha", "beta", "gamma"]);
    stage.publish("db", (index) => ({ port: 8001 + index, affinity: "flow" }));
    for (let n = 0; n < 40; n += 1) {
      const address = `203.0.113.${n}`;
      const client = { address, port: 40_000, user: undefined };
      const { picked } = explainService(stage.laptop.node.services, "db.team", client, stage.network.now);
      const before = stage.counts();
      expect(stage.asked("db.team", address)).toBe("ok");
      const gained = stage.publishers.filter((_, index) => stage.counts()[index]! > before[index]!);
      expect(gained.map(({ name }) => name)).toEqual([picked]);
    }
  });

  it("of a removal is moved by it, and little else", () => {
    const stage = new Stage(["alpha", "beta", "gamma"]);
    stage.publish();
    const { services } = stage.laptop.node;
    const { slots, moved, unavoidable } = simulateService(services, "db.team", { remove: "beta" }, stage.network.now);
    expect(Math.abs(unavoidable / slots - 1 / 3)).toBeLessThan(0.01);
    expect((moved - unavoidable) / slots).toBeLessThan(0.02);
    const same = simulateService(services, "db.team", { node: "beta", weight: 100 }, stage.network.now);
    expect(same.moved).toBe(0);
  });
});

describe("three publishers of one name", () => {
  const NAMES = ["alpha", "beta", "gamma"];
  const CLIENTS = 60;

  const askAll = (stage: Stage): void => {
    for (let n = 0; n < CLIENTS; n += 1) expect(stage.asked("db.team", `192.0.2.${n}`)).toBe("ok");
  };

  it("share the clients, and each client stays where it was", () => {
    const stage = new Stage(NAMES);
    stage.publish();
    askAll(stage);
    const first = stage.counts();
    expect(Math.min(...first)).toBeGreaterThan(CLIENTS / 6);
    askAll(stage);
    expect(stage.counts()).toEqual(first.map((count) => 2 * count));
  });

  it("carry the clients of one whose target is gone: nobody fails, and it is passed over after three", () => {
    const stage = new Stage(NAMES);
    stage.publish();
    stage.targets[1]!.refuses = true;
    askAll(stage);
    expect(stage.counts()[1]).toBe(0);
    const service = stage.laptop.node.services.directory.inUse("db.team")!;
    expect([...service.backends].reduce((sum, { ejections }) => sum + ejections, 0)).toBeGreaterThan(0);
    expect(stage.laptop.node.ingress.failedByCause).toEqual({});
  });

  it("are asked three at most for one flow, and the client hears the last answer", () => {
    const stage = new Stage(["a", "b", "c", "d"]);
    stage.publish();
    for (const target of stage.targets) target.refuses = true;
    expect(stage.asked("db.team")).toBe("connection-refused");
    const refused = stage.publishers.filter(({ log }) => log.some(({ step }) => step === "connect-failed"));
    expect(refused).toHaveLength(SERVICE_TRIES_MAX);
  });

  it("carry the clients of one that drains, whose open flows stay", () => {
    const stage = new Stage(NAMES);
    stage.publish();
    askAll(stage);
    const before = stage.counts();
    stage.publishers[2]!.node.services.publications.setDraining("db.team", true, false);
    stage.network.run(SETTLE_MS);
    for (let n = CLIENTS; n < 2 * CLIENTS; n += 1) expect(stage.asked("db.team", `192.0.2.${n}`)).toBe("ok");
    expect(stage.counts()[2]).toBe(before[2]);
    expect(stage.targets[2]!.sockets.some(({ isReset }) => isReset)).toBe(false);
    stage.publishers[2]!.node.services.publications.setDraining("db.team", true, true);
    expect(stage.targets[2]!.sockets.every(({ isReset }) => isReset)).toBe(true);
  });

  it("carry the clients of one whose node is gone", () => {
    const stage = new Stage(NAMES);
    stage.publish();
    askAll(stage);
    stage.publishers[0]!.isDead = true;
    const outcomes = Array.from({ length: 20 }, (_, n) => stage.ask("db.team", `198.51.100.${n}`).outcome);
    stage.network.run(15_000);
    expect(outcomes.map((outcome) => outcome())).toEqual(outcomes.map(() => "ok"));
  });

  it("of weight 0 takes no new flows", () => {
    const stage = new Stage(NAMES);
    stage.publish();
    stage.publishers[0]!.node.services.publications.setWeight("db.team", 0);
    stage.network.run(SETTLE_MS);
    askAll(stage);
    expect(stage.counts()[0]).toBe(0);
  });
});

it("lists 4,096 names at most, the first by name", () => {
  const stage = new Stage(["home"]);
  const { services } = stage.laptop.node;
  const publisher = "a".repeat(64);
  const known = { ...publicationRecord(), publisher };
  const names = Array.from({ length: SERVICES_LISTED_MAX + 1 }, (_, n) => `s${String(n).padStart(5, "0")}`);
  services.directory.set(
    "registry",
    names.map((service) => ({ ...known, service })),
    stage.network.now,
  );
  const { found } = servicesStatusOf(services, stage.network.now);
  expect([found.length, found.at(-1)?.name]).toEqual([SERVICES_LISTED_MAX, `${names.at(-2)}.team`]);
});

function publicationRecord(): ReturnType<Publication["record"]> {
  return new Publication(publicationOf("db"), 1).record("a".repeat(64));
}
