/** Two networks that a third one joins, of real nodes and signatures in virtual time. */
import { hexOf, issueMembership, issueRevocation, Roster } from "@flor/membership";
import { type Identity, sign, verify } from "@flor/quic";
import { identityOf, MemorySocket, peerOf, toWeb } from "../memory-network.testing.ts";
import { EPOCH_SECONDS, type StagedCable, StagedNetwork, type StagedNode } from "../staged-network.testing.ts";

/** A network of real signatures: its root, and a roster for each node. */
export class RealNetwork {
  readonly root: Identity;
  readonly rosters: Roster[] = [];
  readonly #records: Uint8Array[] = [];
  readonly #stage: StagedNetwork;

  constructor(root: string, stage: StagedNetwork) {
    this.root = identityOf(root);
    this.#stage = stage;
  }

  get id(): string {
    return hexOf(this.root.publicKey);
  }

  member(letter: string, name: string, roles: readonly string[] = []): void {
    const wish = { ...this.#head(letter), name, roles };
    this.#add(issueMembership(wish, (octets) => sign(this.root, octets), this.unixMs()).octets);
  }

  revoke(letter: string): void {
    const wish = { ...this.#head(letter), reason: "lost" };
    this.#add(issueRevocation(wish, (octets) => sign(this.root, octets), this.unixMs()).octets);
  }

  roster(): Roster {
    const roster = new Roster({ root: this.root.publicKey, verify });
    for (const record of this.#records) roster.take(record, this.unixMs());
    this.rosters.push(roster);
    return roster;
  }

  unixMs(): number {
    return EPOCH_SECONDS * 1000 + this.#stage.now;
  }

  #head(letter: string): { network: string; signer: string; key: string } {
    return { network: this.id, signer: this.id, key: hexOf(identityOf(letter).publicKey) };
  }

  #add(record: Uint8Array): void {
    this.#records.push(record);
    for (const roster of this.rosters) roster.take(record, this.unixMs());
  }
}

/** A flow that is open: what its client hears, and whether the target hears the client. */
export function openFlow({ network, nodes, sockets }: Stage): { readonly isAlive: () => boolean } {
  const client = new MemorySocket();
  nodes.a.node.accept(client, toWeb, network.now);
  // toWeb asks once its client has said something.
  network.run(3000);
  const target = sockets.at(-1);
  return {
    isAlive: () => {
      const before = client.received.length;
      target?.listener?.handleOctets(Uint8Array.of(7));
      network.run(5000);
      return target !== undefined && client.received.length > before && !client.isReset && !client.isEnded;
    },
  };
}

export interface Stage {
  readonly network: StagedNetwork;
  readonly home: RealNetwork;
  readonly work: RealNetwork;
  readonly nodes: Readonly<Record<"a" | "g" | "h" | "b", StagedNode>>;
  readonly cables: readonly StagedCable[];
  /** What b was asked for. */
  readonly dialled: string[];
  readonly sockets: MemorySocket[];
}

const KEYS = { a: "a", g: "g", h: "h", b: "b" };

/** a – [home] – g – [backbone] – h – [work] – b; none of home knows one of work but for the gateways. */
export function stage(role?: string): Stage {
  const network = new StagedNetwork();
  const [home, backbone, work] = [
    new RealNetwork("r", network),
    new RealNetwork("s", network),
    new RealNetwork("t", network),
  ];
  home.member("a", "alice");
  home.member("g", "gate", ["gateway"]);
  backbone.member("g", "gate-home");
  backbone.member("h", "gate-work");
  work.member("h", "gate", ["gateway"]);
  work.member("b", "bob");
  const own = (name: string, one: RealNetwork) => ({ name, roster: one.roster() });
  const foreign = (name: string, one: RealNetwork, ...gateways: string[]) => ({
    name,
    root: one.root.publicKey,
    gateways: gateways.map((letter) => hexOf(identityOf(letter).publicKey)),
  });
  const rules = [{ from: home.id, to: work.id, ...(role && { allow: [{ kind: "role" as const, text: role, role }] }) }];
  const dialled: string[] = [];
  const sockets: MemorySocket[] = [];
  const a = network.add(KEYS.a, {
    peers: [peerOf("g", { link: "wan", address: "g" })],
    areas: { networks: [own("home", home)], foreign: [foreign("work", work)], rules: [] },
    routeTo: "bob.work",
  });
  const g = network.add(KEYS.g, {
    peers: [peerOf("a", { link: "wan" }), peerOf("h", { link: "wan2", address: "h" })],
    links: ["wan", "wan2"],
    areas: {
      networks: [own("home", home), own("backbone", backbone)],
      foreign: [foreign("work", work, "h")],
      rules,
    },
  });
  const h = network.add(KEYS.h, {
    peers: [peerOf("g", { link: "wan" }), peerOf("b", { link: "wan2", address: "b" })],
    links: ["wan", "wan2"],
    areas: {
      networks: [own("backbone", backbone), own("work", work)],
      foreign: [foreign("home", home, "g")],
      rules,
    },
  });
  const b = network.add(KEYS.b, {
    peers: [peerOf("h", { link: "wan" })],
    areas: { networks: [own("work", work)], foreign: [foreign("home", home)], rules: [] },
    dial: ({ target }, outcome) => {
      dialled.push(target.kind === "domain" ? target.name : "");
      const socket = new MemorySocket();
      sockets.push(socket);
      outcome.connected(socket, new Uint8Array(4), 1);
    },
  });
  const cables = [
    network.connect(a, {}, g, {}),
    network.connect(g, {}, h, {}, "wan", "wan2"),
    network.connect(h, {}, b, {}, "wan", "wan2"),
  ];
  network.run(3000);
  return { network, home, work, nodes: { a, g, h, b }, cables, dialled, sockets };
}
