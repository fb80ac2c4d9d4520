/** Several nodes' areas, with channels between those that are peers: messages arrive in order, in virtual time. */
import { issueMembership, issueRevocation, ISSUER, Roster, hexOf } from "@flor/membership";
import { keyOf, signAs, verifyAs } from "@flor/testkit/made-keys";
import { type AreaMessage, AreaMessageReader, encodeAreaMessage } from "@flor/wire";
import type { ForeignHost } from "./area-doors.ts";
import type { AreaSettings } from "./area-settings.ts";
import { Areas } from "./areas.ts";
import type { Side } from "./crossing.ts";
import type { Room } from "./room.ts";

const T0 = 1_800_000_000_000;
const SIGNER = 1;

export const hexKey = (n: number): string => hexOf(keyOf(n));

/** A network: its root's number, and its records as they come to be. */
export class MadeNetwork {
  readonly root: number;
  readonly rosters: Set<Roster> = new Set();
  readonly #records: Uint8Array[] = [];
  readonly #clock: () => number;

  constructor(root: number, clock: () => number) {
    this.root = root;
    this.#clock = clock;
    this.member(root + SIGNER, "vm", [ISSUER], root);
  }

  get id(): string {
    return hexKey(this.root);
  }

  member(n: number, name: string, roles: readonly string[] = [], by: number = this.root + SIGNER, days = 300): void {
    const wish = { network: this.id, signer: hexKey(by), key: hexKey(n), name, roles, days };
    this.#add(issueMembership(wish, (octets) => signAs(keyOf(by), octets), this.#clock()).octets);
  }

  revoke(n: number): void {
    const by = this.root + SIGNER;
    const wish = { network: this.id, signer: hexKey(by), key: hexKey(n), reason: "lost" };
    this.#add(issueRevocation(wish, (octets) => signAs(keyOf(by), octets), this.#clock()).octets);
  }

  roster(): Roster {
    const roster = new Roster({ root: keyOf(this.root), verify: verifyAs });
    for (const record of this.#records) roster.take(record, this.#clock());
    this.rosters.add(roster);
    return roster;
  }

  #add(record: Uint8Array): void {
    this.#records.push(record);
    for (const roster of this.rosters) roster.take(record, this.#clock());
  }
}

/** One node. */
export class MadeNode {
  readonly n: number;
  areas: Areas;
  readonly hosts: Map<string, ForeignHost> = new Map();
  readonly refused: string[] = [];
  readonly gone: string[] = [];
  readonly labels: Map<number, { readonly peer: string; readonly label: number }> = new Map();
  readonly rooms: Map<string, Room> = new Map();
  /** Changes or swallows what it sends. */
  tamper: (message: AreaMessage) => AreaMessage | undefined = (message) => message;
  isInUse = true;
  readonly #layer: MadeLayer;
  #lastLabel = 100;
  readonly settings: AreaSettings;

  constructor(layer: MadeLayer, n: number, settings: AreaSettings) {
    this.n = n;
    this.#layer = layer;
    this.settings = settings;
    this.areas = this.#start(settings);
  }

  get key(): string {
    return hexKey(this.n);
  }

  /** Forgets everything, as a process that was killed. */
  restart(): void {
    this.labels.clear();
    this.hosts.clear();
    this.areas = this.#start(this.settings);
    for (const node of this.#layer.nodes.values())
      if (node !== this) node.areas.handleLost(this.key, undefined, this.#layer.now);
  }

  #start(settings: AreaSettings): Areas {
    const doors = {
      send: (peer: string, side: Side, message: AreaMessage) => {
        const sent = this.tamper(message);
        if (sent !== undefined) this.#layer.send(this, peer, side, sent);
      },
      wayTo: (peer: string) =>
        this.#layer.isCut(this.key, peer) ? undefined : (this.rooms.get(peer) ?? { whole: 1400, unsegmented: 1300 }),
      bind: (way: { readonly peer: string; readonly label: number }) => {
        this.#lastLabel += 1;
        this.labels.set(this.#lastLabel, way);
        return this.#lastLabel;
      },
      release: (label: number) => void this.labels.delete(label),
      isInUse: () => this.isInUse,
    };
    const observer = {
      handleForeign: (host: ForeignHost) => {
        this.hosts.set(host.name, host);
        return undefined;
      },
      handleForeignGone: (host: ForeignHost, reason: string) => {
        this.hosts.delete(host.name);
        this.gone.push(reason);
      },
      handleRefused: (name: string, { text }: { readonly text: string }) => void this.refused.push(`${name}: ${text}`),
    };
    const unixMs = (): number => this.#layer.unixMs();
    const random = (): number => 0.5;
    return new Areas({ ownKey: this.key, unixMs, verify: verifyAs, random, doors, observer }, settings);
  }
}

/** See the head of this file. */
export class MadeLayer {
  now = 0;
  readonly nodes: Map<string, MadeNode> = new Map();
  sent = 0;
  readonly #cuts = new Set<string>();
  readonly #queue: (() => void)[] = [];

  unixMs(): number {
    return T0 + this.now;
  }

  network(root: number): MadeNetwork {
    return new MadeNetwork(root, () => this.unixMs());
  }

  node(n: number, settings: Partial<AreaSettings>): MadeNode {
    const node = new MadeNode(this, n, { networks: [], foreign: [], rules: [], ...settings });
    this.nodes.set(node.key, node);
    return node;
  }

  /** Peers that have no path to each other. */
  cut(a: MadeNode, b: MadeNode, isCut = true): void {
    for (const pair of [`${a.key} ${b.key}`, `${b.key} ${a.key}`]) {
      if (isCut) this.#cuts.add(pair);
      else this.#cuts.delete(pair);
    }
  }

  isCut(a: string, b: string): boolean {
    return this.#cuts.has(`${a} ${b}`);
  }

  send(from: MadeNode, to: string, side: Side, message: AreaMessage): void {
    const [copy] = new AreaMessageReader().push(encodeAreaMessage(message)) ?? [];
    this.sent += 1;
    this.#queue.push(() => {
      if (copy === undefined || this.isCut(from.key, to)) return;
      this.nodes.get(to)?.areas.handleMessage(from.key, side === "asking" ? "asked" : "asking", copy, this.now);
    });
  }

  /** Delivers all that is under way. */
  settle(): void {
    for (let deliver = this.#queue.shift(); deliver !== undefined; deliver = this.#queue.shift()) deliver();
  }

  /** Time passes, in steps at which something is due. */
  pass(ms: number): void {
    const end = this.now + ms;
    this.settle();
    for (;;) {
      const next = Math.min(...Array.from(this.nodes.values(), ({ areas }) => areas.nextTimeout() ?? Infinity));
      if (next > end) break;
      this.now = Math.max(this.now, next);
      for (const { areas } of this.nodes.values()) areas.handleTimeout(this.now);
      this.settle();
    }
    this.now = end;
  }

  /** Where a frame for a host comes out that `from` sends; `undefined`: a label on the way leads nowhere. */
  arrival(from: MadeNode, name: string): string | undefined {
    let way: { readonly peer: string; readonly label: number } | undefined = from.hosts.get(name)?.way;
    for (let hops = 0; way !== undefined && hops < 16; hops += 1) {
      if (way.label === 0) return way.peer;
      way = this.nodes.get(way.peer)?.labels.get(way.label);
    }
    return undefined;
  }
}

/** Two networks of different roots over a third: a – [home] – g1 – [backbone] – g2 – [work] – b. */
export interface Staged {
  readonly layer: MadeLayer;
  readonly home: MadeNetwork;
  readonly work: MadeNetwork;
  readonly a: MadeNode;
  readonly g1: MadeNode;
  readonly g2: MadeNode;
  readonly b: MadeNode;
}

export function staged(): Staged {
  const layer = new MadeLayer();
  const [home, backbone, work] = [layer.network(1000), layer.network(2000), layer.network(3000)];
  home.member(10, "a");
  home.member(11, "g1", ["gateway"]);
  backbone.member(11, "h");
  backbone.member(12, "w");
  work.member(12, "g2", ["gateway"]);
  work.member(13, "b");
  const own = (name: string, network: MadeNetwork) => ({ name, roster: network.roster() });
  const foreign = (name: string, network: MadeNetwork, gateways: readonly number[] = []) => ({
    name,
    root: keyOf(network.root),
    gateways: gateways.map(hexKey),
  });
  const rules = [{ from: home.id, to: work.id }];
  const a = layer.node(10, { networks: [own("home", home)], foreign: [foreign("work", work)] });
  const g1 = layer.node(11, {
    networks: [own("home", home), own("backbone", backbone)],
    foreign: [foreign("work", work, [12])],
    rules,
  });
  const g2 = layer.node(12, {
    networks: [own("backbone", backbone), own("work", work)],
    foreign: [foreign("home", home, [11])],
    rules,
  });
  const b = layer.node(13, { networks: [own("work", work)], foreign: [foreign("home", home)] });
  return { layer, home, work, a, g1, g2, b };
}
