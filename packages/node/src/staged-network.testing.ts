/**
 * Nodes whose time is the test's: real cores and real QUIC, cables of memory that a test cuts, and clocks that it sets.
 * A minute passes in a moment. Development only.
 */
import type { AreaSettings } from "@flor/areas";
import { MembershipFlooding } from "@flor/membership";
import type { Identity } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import { createPlainProvider } from "@flor/quic/plain";
import { Cause, causeName, FRAME_HEADER_OCTETS, frameEnd, frameField, viewOf } from "@flor/wire";
import { chanceOf } from "./chance.testing.ts";
import { FlorNode } from "./flor-node.ts";
import type { FrameDoor } from "./frame-door.ts";
import { type Dialler, identityOf, MemorySocket, type TargetDialler, toWeb } from "./memory-network.testing.ts";
import { NetworkTime, type TimeBounds } from "./network-time.ts";
import type { NodeNetworks } from "./networks.ts";
import type { NodeHost, WantedNeighbour } from "./node-host.ts";
import { coreStatusOf } from "./node-status.ts";
import type { AnnouncedPort } from "./ports.ts";
import type { PeerSettings } from "./settings.ts";

const BUNDLE_OCTETS = 61_440;
const LATENCY_MS = 1;
const NOTHING = new Uint8Array(0);
/** Wall clock at the start. */
export const EPOCH_SECONDS = 1_800_000_000;
const TURNS_MAX = 1000;
/** Names of causes by their number. */
const OUTCOMES: ReadonlyMap<number, string> = new Map<number, string>(
  [Cause.OK, Cause.NOT_ALLOWED, Cause.NETWORK_UNREACHABLE, Cause.CONNECTION_REFUSED, Cause.TIMED_OUT].map((cause) => [
    cause,
    causeName(cause),
  ]),
);

/** How a node is staged. */
export interface StagedOptions {
  readonly peers: readonly PeerSettings[];
  /** @default one, "wan" */
  readonly links?: readonly string[];
  /** Peer that all destinations go through. */
  readonly routeTo?: string;
  /** Where destinations go now. @default `routeTo`, or nowhere */
  readonly route?: () => readonly string[];
  readonly identity?: Identity;
  /** Whether it carries for others. @default true */
  readonly transit?: boolean;
  /** Networks of others, and what it carries between networks. */
  readonly areas?: AreaSettings;
  /** How far its clock is off, seconds. */
  readonly skewSeconds?: number;
  /** It hears from its peers what time it is, within these bounds. @default it goes by its clock alone */
  readonly timeBounds?: TimeBounds;
  readonly dial?: Dialler;
  /** How often hellos go over its links. */
  readonly helloIntervalMs?: number;
  readonly dialTarget?: TargetDialler;
  /** @default the same in each run, another for each node */
  readonly randomFill?: (octets: Uint8Array) => void;
  /** Told what a link of the node would be told. */
  readonly setNeighbours?: (neighbours: readonly WantedNeighbour[]) => void;
  /** It is in a network: why a node is a member no more. @default it is in none */
  readonly whyGone?: (nodeKey: string) => string | undefined;
  /** It is in a network: who is a member. @default everybody */
  readonly isOfLayer?: (nodeKey: string) => boolean;
}

/** One line of a log. */
export interface LogLine {
  readonly step: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A node on the stage. */
export interface StagedNode {
  readonly name: string;
  readonly node: FlorNode;
  readonly log: LogLine[];
  isWoken: boolean;
  /** How far its clock is off, seconds. */
  skewSeconds: number;
  /** It is gone: nothing of it runs, and nothing reaches it. */
  isDead: boolean;
}

/** A cable, each way by itself. */
export interface StagedCable {
  isOpenThere: boolean;
  isOpenBack: boolean;
  /** Which frames are lost, by what lies behind their header. */
  isLostThere: (content: DataView) => boolean;
  isLostBack: (content: DataView) => boolean;
}

interface CableEnd {
  readonly node: StagedNode;
  readonly link: string;
}

interface PortedEnd extends CableEnd {
  readonly port: Partial<AnnouncedPort>;
}

interface CableWay {
  readonly isOpen: () => boolean;
  readonly isLost: (content: DataView) => boolean;
}

/** The stage. */
export class StagedNetwork {
  now = 1000;
  readonly #nodes: StagedNode[] = [];
  readonly #arrivals: { readonly at: number; readonly arrive: () => void }[] = [];

  /** Puts a node on the stage. */
  add(
    name: string,
    {
      peers,
      routeTo,
      route = () => [routeTo ?? []].flat(),
      identity = identityOf(name),
      skewSeconds = 0,
      timeBounds,
      transit = true,
      areas,
      dial,
      dialTarget,
      links = ["wan"],
      helloIntervalMs = 300,
      randomFill = chanceOf(this.#nodes.length + 1),
      setNeighbours = () => {},
      whyGone,
      isOfLayer = () => true,
    }: StagedOptions,
  ): StagedNode {
    const log: LogLine[] = [];
    const wallMs = (): number => (EPOCH_SECONDS + (staged?.skewSeconds ?? skewSeconds)) * 1000 + this.now;
    const networkTime = timeBounds && new NetworkTime({ wallMs });
    if (networkTime && timeBounds) networkTime.bounds = timeBounds;
    const host: NodeHost = {
      randomFill,
      unixSeconds: () => Math.floor((networkTime?.saidMs() ?? wallMs()) / 1000),
      ...(networkTime && { networkTime }),
      dial: (destination, _peer, outcome) => {
        dial?.(destination, outcome);
        return () => {};
      },
      dialTarget: (target, _client, _drop, outcome) => {
        dialTarget?.(target, outcome);
        return () => {};
      },
      handleOwnRecords: () => {},
      openDatagrams: () => () => {},
      setNeighbours: (_link, neighbours) => setNeighbours(neighbours),
      wake: () => {
        if (staged !== undefined) staged.isWoken = true;
      },
      log: (level, step, fields) => void (level !== "debug" && log.push({ step, fields })),
    };
    const engines = engineMaker({ crypto: createPlainProvider(identity) });
    const settings = {
      name,
      identity,
      engines,
      links: links.map((link) => ({ name: link, kind: "udp", helloIntervalMs })),
      peers,
      northbounds: [],
      route,
      transit,
      ...(areas && { areas }),
      ...(whyGone !== undefined && { networks: networksOf(whyGone, isOfLayer, () => host.unixSeconds() * 1000) }),
    };
    let staged: StagedNode | undefined = undefined as StagedNode | undefined;
    staged = { name, node: new FlorNode(settings, host, this.now), log, skewSeconds, isWoken: true, isDead: false };
    if (routeTo !== undefined) staged.node.sessions.want(routeTo);
    this.#nodes.push(staged);
    return staged;
  }

  /** Lays a cable; each end's port as its link would announce it. Their links are "wan" unless they are named. */
  connect(
    near: StagedNode,
    nearPort: Partial<AnnouncedPort>,
    far: StagedNode,
    farPort: Partial<AnnouncedPort>,
    farLink = "wan",
    nearLink = "wan",
  ): StagedCable {
    const cable: StagedCable = { isOpenThere: true, isOpenBack: true, isLostThere: passes, isLostBack: passes };
    this.#attach(
      { node: near, link: nearLink, port: nearPort },
      { node: far, link: farLink },
      { isOpen: () => cable.isOpenThere, isLost: (content) => cable.isLostThere(content) },
    );
    this.#attach(
      { node: far, link: farLink, port: farPort },
      { node: near, link: nearLink },
      { isOpen: () => cable.isOpenBack, isLost: (content) => cable.isLostBack(content) },
    );
    return cable;
  }

  /** The node of that name. */
  node(name: string): StagedNode {
    const found = this.#nodes.find((staged) => staged.name === name);
    if (found === undefined) throw new RangeError(`no node ${name}`);
    return found;
  }

  /** Does something when that much time has passed: what the machines between the nodes do. */
  later(ms: number, arrive: () => void): void {
    const at = this.now + ms;
    const next = this.#arrivals.findIndex((other) => other.at > at);
    this.#arrivals.splice(next < 0 ? this.#arrivals.length : next, 0, { at, arrive });
  }

  /** Lets time pass. */
  run(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      this.#serve();
      const next = this.#nextEvent();
      if (next > end) break;
      this.now = Math.max(this.now, next);
    }
    this.now = end;
  }

  /** A client that asks for web.example:80; the outcome comes when there is one. */
  connectClient(at: StagedNode): () => string | undefined {
    const socket = new MemorySocket();
    at.node.accept(socket, toWeb, this.now);
    return () => OUTCOMES.get(socket.received[0] ?? -1);
  }

  /** The state and the reason that status shows of a peer. */
  peerStatus(at: StagedNode, peer: string): { readonly state: string; readonly reason: string | undefined } {
    const found = coreStatusOf(at.node, this.now).peers.find(({ name }) => name === peer);
    return { state: found?.state ?? "unlisted", reason: found?.reason };
  }

  /** What a node counts as dropped, where it is not zero. */
  drops(at: StagedNode): Readonly<Record<string, number>> {
    const drops = Object.entries(coreStatusOf(at.node, this.now).drops);
    return Object.fromEntries(drops.filter(([, count]) => count > 0));
  }

  #serve(): void {
    for (let turns = 0; turns < TURNS_MAX; turns += 1) {
      for (const arrival of this.#takeArrivals()) arrival.arrive();
      const busy = this.#nodes.filter(
        ({ node, isWoken, isDead }) => !isDead && (isWoken || (node.nextTimeout() ?? Infinity) <= this.now),
      );
      if (busy.length === 0) return;
      for (const staged of busy) {
        staged.isWoken = false;
        if ((staged.node.nextTimeout() ?? Infinity) <= this.now) staged.node.handleTimeout(this.now);
        if (staged.node.turn(this.now)) staged.isWoken = true;
      }
    }
    // A node that always wants another turn at once gets it in the next millisecond.
    this.now += 1;
  }

  #takeArrivals(): { readonly arrive: () => void }[] {
    const due = this.#arrivals.findIndex(({ at }) => at > this.now);
    return this.#arrivals.splice(0, due < 0 ? this.#arrivals.length : due);
  }

  #nextEvent(): number {
    const timeouts = this.#nodes.flatMap(({ node, isDead }) => (isDead ? [] : (node.nextTimeout() ?? Infinity)));
    return Math.max(this.now, Math.min(this.#arrivals[0]?.at ?? Infinity, ...timeouts));
  }

  #attach({ node: from, link, port }: PortedEnd, to: CableEnd, way: CableWay): void {
    const door = memoryDoor((sent) => {
      const bundle = way.isOpen() ? without(sent, way.isLost) : NOTHING;
      if (bundle.length === 0) return;
      const view = viewOf(bundle);
      for (let at = 0; at < bundle.length; at = frameEnd(view, at, bundle.length))
        view.setUint16(at + frameField.port, 1);
      const arrive = (): void => {
        if (!to.node.isDead) to.node.node.links.sinkOf(to.link).handleFrames(bundle, view, 0, bundle.length, this.now);
      };
      this.later(LATENCY_MS, arrive);
    });
    from.node.links.attach(link, door);
    const key = to.node.node.settings.identity.id;
    const common = { port: 1, key, up: true, mtu: 16_384, segmentMtu: 1472, address: "", provisional: false };
    from.node.links.handlePorts(link, [{ ...common, ...port }], this.now);
  }
}

/** Networks whose records nobody sends: who belongs to them is said by the list of peers. */
function networksOf(
  whyGone: NodeNetworks["whyGone"],
  isOfLayer: NodeNetworks["isOfLayer"],
  unixMs: () => number,
): NodeNetworks {
  return {
    flooding: new MembershipFlooding({ unixMs }),
    handleFresh: () => {},
    handleJoin: () => {},
    isOfLayer,
    keepsApart: false,
    isTold: () => true,
    whyGone,
  };
}

/** The node's end of a link of memory. @param send takes whole frames, a bundle at a time */
export function memoryDoor(send: (frames: Uint8Array) => void): FrameDoor {
  const octets = new Uint8Array(BUNDLE_OCTETS + 8);
  let length = 8;
  const flush = (): void => {
    const sent = octets.slice(8, length);
    length = 8;
    if (sent.length > 0) send(sent);
  };
  return {
    bundle: { octets, view: viewOf(octets) },
    bundleLimit: BUNDLE_OCTETS,
    reserve: (size) => {
      if (length + size > BUNDLE_OCTETS) flush();
      return length;
    },
    commit: (size) => void (length += size),
    flush,
  };
}

function passes(): boolean {
  return false;
}

/** Whole frames without those that are lost. */
function without(frames: Uint8Array, isLost: CableWay["isLost"]): Uint8Array {
  const view = viewOf(frames);
  const kept: number[] = [];
  for (let at = 0, end = 0; at < frames.length; at = end) {
    end = frameEnd(view, at, frames.length);
    if (!isLost(viewOf(frames.subarray(at + FRAME_HEADER_OCTETS, end)))) kept.push(...frames.subarray(at, end));
  }
  return kept.length === frames.length ? frames : Uint8Array.from(kept);
}
