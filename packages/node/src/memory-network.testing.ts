/**
 * Nodes in one process for tests: real cores, real QUIC, links of memory, and a clock that stands while this process
 * does. Development only.
 */
import { createIdentity, type Identity } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import { createPlainProvider } from "@flor/quic/plain";
import type { Inbound, LocalSocket, LocalSocketListener } from "@flor/flows";
import { type Destination, frameEnd, frameField, viewOf } from "@flor/wire";
import { Driver } from "./driver.ts";
import { chanceOf } from "./chance.testing.ts";
import { steadyNow } from "./steady-clock.testing.ts";
import { FlorNode } from "./flor-node.ts";
import type { FrameDoor } from "./frame-door.ts";
import type { DialOutcome, NodeHost } from "./node-host.ts";
import type { ServiceTarget } from "./services/publication.ts";
import type { PeerSettings } from "./settings.ts";

const BUNDLE_OCTETS = 61_440;

/** Nodes started so far: each draws other numbers, also one that is started again. */
let started = 0;

/** What a test lets a node reach. */
export type Dialler = (destination: Destination, outcome: DialOutcome) => void;

/** What a test has behind a service. */
export type TargetDialler = (target: ServiceTarget, outcome: DialOutcome) => void;

/** A running node of the test. */
export interface MemoryNode {
  readonly node: FlorNode;
  readonly driver: Driver;
  readonly log: [step: string, fields: unknown][];
  stop(): void;
}

/** Identities by name, from their names' first letter: the same at each run. */
export function identityOf(name: string): Identity {
  return createIdentity(new Uint8Array(32).fill(name.charCodeAt(0)));
}

/** A peer's settings: adjacent over a link, or through others. */
export function peerOf(name: string, reach: { link?: string; address?: string; via?: string[] } = {}): PeerSettings {
  const { id, publicKey } = identityOf(name);
  const links = reach.link === undefined ? [] : [{ link: reach.link, address: reach.address }];
  return { name, id, publicKey, links, via: reach.via ?? [] };
}

/** Starts a node with the given peers; links are connected by {@link connect}. */
export async function startNode(
  name: string,
  peers: readonly PeerSettings[],
  options: {
    links: string[];
    routeTo?: string | readonly string[];
    dial?: Dialler;
    dialTarget?: TargetDialler;
    openDatagrams?: (destination: Destination | undefined, outcome: DialOutcome) => void;
  },
): Promise<MemoryNode> {
  const identity = identityOf(name);
  const engines = engineMaker({ crypto: createPlainProvider(identity) });
  const log: MemoryNode["log"] = [];
  const host: NodeHost = {
    randomFill: chanceOf((started += 1)),
    unixSeconds: () => Math.floor(Date.now() / 1000),
    dial: (destination, _peer, outcome) => {
      options.dial?.(destination, outcome);
      return () => {};
    },
    dialTarget: (target, _client, _drop, outcome) => {
      options.dialTarget?.(target, outcome);
      return () => {};
    },
    handleOwnRecords: () => {},
    openDatagrams: (destination, _peer, _drop, outcome) => {
      options.openDatagrams?.(destination, outcome);
      return () => {};
    },
    setNeighbours: () => {},
    wake: () => driver.wake(),
    log: (_level, step, fields) => void log.push([step, fields]),
  };
  const candidates = [options.routeTo ?? []].flat();
  const links = options.links.map((link) => ({ name: link, kind: "memory" }));
  const node = new FlorNode(
    { name, identity, engines, links, peers, northbounds: [], route: () => candidates },
    host,
    steadyNow(),
  );
  let timer: NodeJS.Timeout | undefined;
  const driver = new Driver(node, {
    now: steadyNow,
    defer: (callback) => void setImmediate(callback),
    setTimer: (callback, at) => {
      clearTimeout(timer);
      timer = at === undefined ? undefined : setTimeout(callback, Math.max(0, at - steadyNow()));
    },
  });
  for (const peer of peers) {
    const known = node.sessions.named(peer.name);
    if (known !== undefined && candidates.includes(peer.name)) node.sessions.hold(known);
  }
  return { node, driver, log, stop: () => driver.stop() };
}

/** An inbound for tests: every client wants web.example, port 80, and is told the outcome in one octet. */
export const toWeb: Inbound = {
  kind: "test",
  converse: (socket) => ({
    handleOctets: (early) => ({
      state: "requested",
      request: {
        network: "tcp",
        destination: { target: { kind: "domain", name: "web.example" }, port: 80 },
        user: undefined,
        early: early.slice(),
        socket,
        reply: (cause) => void socket.write(Uint8Array.of(cause)),
      },
    }),
  }),
};

/** A client of the node that wants web.example, port 80. What it receives begins with the outcome. */
export function clientOf({ node }: Pick<MemoryNode, "node">): MemorySocket {
  const socket = new MemorySocket();
  node.accept(socket, toWeb, steadyNow());
  return socket;
}

/** What joins two links. */
export interface MemoryWire {
  /** Lets frames pass, or not. */
  isUp: boolean;
  /** Which frames are lost, counted from 1 in the order in which both ends send them. */
  isLost: (count: number) => boolean;
  /** Frames sent, lost ones too. */
  count: number;
  /** Bundles that passed. */
  readonly frames: Uint8Array[];
}

/** Joins two nodes' links by a port on each. */
export function connect(a: MemoryNode, aLink: string, b: MemoryNode, bLink: string, mtu = 16_384): MemoryWire {
  const wire: MemoryWire = { isUp: true, isLost: () => false, count: 0, frames: [] };
  attach(a, aLink, b, bLink, mtu, wire);
  attach(b, bLink, a, aLink, mtu, wire);
  return wire;
}

function attach(from: MemoryNode, link: string, to: MemoryNode, toLink: string, mtu: number, wire: MemoryWire): void {
  const sink = to.node.links.sinkOf(toLink);
  const octets = new Uint8Array(BUNDLE_OCTETS + 8);
  let length = 8;
  const flush = (): void => {
    const bundle = octets.slice(8, length);
    length = 8;
    if (bundle.length === 0 || !wire.isUp) return;
    wire.frames.push(bundle.slice());
    const view = viewOf(bundle);
    let frameAt = 0;
    while (frameAt < bundle.length) {
      const [start, end] = [frameAt, frameEnd(view, frameAt, bundle.length)];
      view.setUint16(start + frameField.port, 1);
      wire.count += 1;
      if (!wire.isLost(wire.count)) setImmediate(() => sink.handleFrames(bundle, view, start, end, steadyNow()));
      frameAt = end;
    }
  };
  const door: FrameDoor = {
    bundle: { octets, view: viewOf(octets) },
    bundleLimit: BUNDLE_OCTETS,
    reserve: (size) => {
      if (length + size > BUNDLE_OCTETS) flush();
      return length;
    },
    commit: (size) => {
      length += size;
    },
    flush,
  };
  from.node.links.attach(link, door);
  const key = to.node.settings.identity.id;
  const port = { port: 1, key, up: true, mtu, segmentMtu: 1472, address: to.node.settings.name, provisional: false };
  from.node.links.handlePorts(link, [port], steadyNow());
  from.driver.wake();
}

/** One end of a TCP connection that a test holds. */
export class MemorySocket implements LocalSocket {
  readonly received: number[] = [];
  isEnded = false;
  isReset = false;
  listener: LocalSocketListener | undefined;

  listen(listener: LocalSocketListener): void {
    this.listener = listener;
  }

  write(octets: Uint8Array): number {
    for (const octet of octets) this.received.push(octet);
    return 0;
  }

  end(): void {
    this.isEnded = true;
  }

  reset(): void {
    this.isReset = true;
  }

  pause(): void {}

  resume(): void {}
}
