/** Two nodes that work, or never did, for tests of what is said when something is broken between or behind them. */
import { type Dialler, MemorySocket, peerOf } from "./memory-network.testing.ts";
import type { PeerSettings } from "./settings.ts";
import { type StagedCable, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

export const FAR = "192.0.2.2:4600";
export const NEAR = "192.0.2.1:4600";

/** A stage of two nodes, each listing the other; near dials far, and sends its clients there. */
export interface Stage {
  readonly net: StagedNetwork;
  readonly near: StagedNode;
  readonly far: StagedNode;
  readonly cable: StagedCable;
}

/** Both logs are that long when it breaks. */
export interface Broken extends Stage {
  readonly logged: { readonly near: number; readonly far: number };
}

export interface StageOptions {
  readonly nearPeers?: readonly PeerSettings[];
  readonly farPeers?: readonly PeerSettings[];
  readonly nearSkew?: number;
  readonly farSkew?: number;
  readonly dial?: Dialler;
  readonly nearPort?: object;
  readonly farPort?: object;
  readonly routeTo?: string;
  /** Why near is no member any more, as far knows it. */
  readonly whyGone?: string;
}

export const farFromNear: PeerSettings = peerOf("far", { link: "wan", address: FAR });
export const nearFromFar: PeerSettings = peerOf("near", { link: "wan" });
export const stranger: object = { key: `udp:${NEAR}`, address: NEAR, provisional: true };

const accept: Dialler = (_destination, outcome) => outcome.connected(new MemorySocket(), new Uint8Array(4), 80);

export function stage(options: StageOptions = {}): Stage {
  const net = new StagedNetwork();
  const { nearPeers = [farFromNear], farPeers = [nearFromFar], dial = accept, routeTo = "far" } = options;
  const near = net.add("near", { peers: nearPeers, routeTo, skewSeconds: options.nearSkew ?? 0 });
  const { whyGone } = options;
  const far = net.add("far", {
    peers: farPeers,
    skewSeconds: options.farSkew ?? 0,
    dial,
    ...(whyGone !== undefined && { whyGone: () => whyGone }),
  });
  const nearPort = { key: farFromNear.id, address: FAR, ...options.nearPort };
  const cable = net.connect(near, nearPort, far, { address: NEAR, ...options.farPort });
  return { net, near, far, cable };
}

/** A stage that worked for five seconds, and then breaks. */
export function broken(how: (stage: Stage) => Stage | void, options: StageOptions = {}): Broken {
  const staged = stage(options);
  staged.net.run(5000);
  const logged = { near: staged.near.log.length, far: staged.far.log.length };
  const after = how(staged) ?? staged;
  return { ...after, logged: { ...logged, far: after.far === staged.far ? logged.far : 0 } };
}
