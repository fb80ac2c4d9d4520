/**
 * What neighbours tell each other on their control connections: introductions, link state, and notices of what does not
 * reach or does not fit.
 */
import { nodeKeyOf } from "@flor/link-state";
import { DropCounters, earlier, type Instant, KeyedBudgets, KeyedSets, RateBudget } from "@flor/machine";
import type { QuicConnection } from "@flor/quic";
import { ADDRESS_MAX_CHARACTERS } from "@flor/reach";
import { type ControlMessage, TOKEN_OCTETS, tokenFrom, viewOf, writeToken } from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import { CloseCode } from "./close-code.ts";
import type { ControlConnection } from "./control-connection.ts";
import { HELLO_MAX_MS } from "./hello.ts";
import type { Liveness } from "./liveness.ts";
import { NeighbourConduct } from "./neighbour-conduct.ts";
import type { Neighbour } from "./neighbour.ts";
import type { Joining, NodeNetworks } from "./networks.ts";
import type { Topology } from "./topology.ts";

const CONTROL_VERSION = 2;
/** It has advertisements of neighbours and their neighbours alone, and hellos without Heard. */
const FORMER_VERSION = 1;
/** PathTooBig of one neighbour believed a second: each may change all paths. */
const PATH_TOO_BIG_BELIEVED_PER_SECOND = 20;
/** Introductions, AdjacencyDowns and ObservedAddresses of one neighbour taken a second, and at once: each may change all paths. */
const NOTICES_PER_SECOND = 10;
const NOTICES_AT_ONCE = 40;
/** As many as a configuration may list. */
const NOTICES_NEIGHBOURS_MAX = 1024;
/** Octets of link state that may wait for one control stream: what comes after is chosen when there is room. */
const LINK_STATE_WAITING_OCTETS = 65_536;
/** A neighbour whose messages cost too much is not read from until this time has passed. */
const READ_AGAIN_MS = 50;

/** What neighbours said and the node ignored. */
export const CONTROL_DROPS = [
  /** Messages, streams or OAM payloads that broke the format. */
  "malformed-message",
  /** Introductions, AdjacencyDowns and ObservedAddresses beyond what a neighbour may say. */
  "ignored-notices",
  /** PathTooBig for labels that were never told, or beyond what is believed. */
  "ignored-too-bigs",
] as const;

/** One of {@link CONTROL_DROPS}. */
export type ControlDrop = (typeof CONTROL_DROPS)[number];

/** Options of {@link ControlMessages}. */
export interface ControlMessagesOptions {
  readonly topology: Topology;
  readonly liveness: Liveness;
  readonly networks: NodeNetworks | undefined;
  readonly joining: Joining | undefined;
  /** A neighbour tells where our frames come from. */
  readonly handleObserved: (adjacency: Adjacency, address: string, now: Instant) => void;
  /** A neighbour says more that is wrong than by chance, from now on. */
  readonly handleMisconduct: (nodeKey: string, reason: string) => void;
  /** The connection has something to send. */
  readonly touch: (connection: QuicConnection<Adjacency>) => void;
}

/** The messages of all control connections that are open. */
export class ControlMessages {
  readonly drops: DropCounters<ControlDrop> = new DropCounters(CONTROL_DROPS);
  /** What neighbours say wrong, and who. */
  readonly conduct: NeighbourConduct = new NeighbourConduct();
  readonly #options: ControlMessagesOptions;
  readonly #open = new Map<QuicConnection<Adjacency>, ControlConnection>();
  readonly #byAdjacency = new KeyedSets<Adjacency, ControlConnection>();
  /** The connection that link state goes over, by neighbour's node key. */
  readonly #flooding = new Map<string, ControlConnection>();
  readonly #tooBigs = new Map<Neighbour, RateBudget>();
  /** By neighbour's node key: a new connection refills nothing. */
  readonly #notices = new KeyedBudgets<string>({
    perSecond: NOTICES_PER_SECOND,
    burst: NOTICES_AT_ONCE,
    capacity: NOTICES_NEIGHBOURS_MAX,
  });
  /** Connections that are not read from before {@link #readAt}. */
  readonly #unread = new Set<QuicConnection<Adjacency>>();
  #readAt: Instant | undefined;

  constructor(options: ControlMessagesOptions) {
    this.#options = options;
    const { topology, networks } = options;
    topology.linkState.onRefused = (key, refusal, now) =>
      this.#told(key, this.conduct.noteRefused(key, refusal, now), now);
    if (networks !== undefined)
      networks.flooding.onRefused = (key, refusal, now) =>
        this.#told(key, this.conduct.noteRecord(key, refusal, now), now);
  }

  /** The open control connection. */
  of(connection: QuicConnection<Adjacency>): ControlConnection | undefined {
    return this.#open.get(connection);
  }

  /** Whether the adjacency has one. */
  has(adjacency: Adjacency): boolean {
    return this.#byAdjacency.has(adjacency);
  }

  /** The open connections of an adjacency. */
  over(adjacency: Adjacency): Iterable<ControlConnection> {
    return this.#byAdjacency.of(adjacency);
  }

  /** A connection with the neighbour behind its adjacency stands. */
  open(control: ControlConnection, neighbour: Neighbour, now: Instant): void {
    this.#open.set(control.connection, control);
    const { connection } = control;
    const { path } = connection;
    this.#byAdjacency.add(path, control);
    this.#introduce(control);
    this.sendObserved(path);
    const { joining } = this.#options;
    if (joining !== undefined) {
      this.#send(control, { joinRequest: joining.request });
      joining.handleAsked?.();
    }
    const flooding = this.#flooding.get(neighbour.key)?.connection;
    // One with a key of this node's before may be gone at the other end, whose word of that was lost.
    if (flooding === undefined || nodeKeyOf(flooding.ownKey) !== nodeKeyOf(connection.ownKey))
      this.#flood(neighbour, control, now);
  }

  /** A connection is gone, or nothing is to be said over it any more; whether it was open. */
  close(connection: QuicConnection<Adjacency>, now: Instant): boolean {
    const control = this.#open.get(connection);
    this.#unread.delete(connection);
    if (control === undefined) return false;
    this.#open.delete(connection);
    const { path } = connection;
    this.#byAdjacency.delete(path, control);
    const { neighbour } = path;
    if (neighbour === undefined || this.#flooding.get(neighbour.key) !== control) return true;
    this.#flooding.delete(neighbour.key);
    this.#options.topology.linkState.close(neighbour.key);
    this.#options.networks?.flooding.close(neighbour.key);
    for (const other of this.#with(neighbour)) {
      if (other.connection.state === "closed") continue;
      this.#flood(neighbour, other, now);
      break;
    }
    return true;
  }

  /** Tells the neighbour that its frames for `label` do not fit. */
  sendTooBig(to: Adjacency, label: number, mtu: number): void {
    for (const control of this.#byAdjacency.of(to)) this.#send(control, { pathTooBig: { label, mtu } });
  }

  /** Tells the neighbour where its frames come from, if that is of use to its link. */
  sendObserved(to: Adjacency): void {
    if (!to.link.canPunch || to.address === "") return;
    const address = to.address.slice(0, ADDRESS_MAX_CHARACTERS);
    for (const control of this.#byAdjacency.of(to)) this.#send(control, { observedAddress: { address } });
  }

  /** Tells the neighbour, over the other adjacencies with it, that nothing reaches us over this one. */
  sendDown(adjacency: Adjacency): void {
    const { neighbour, peerDiscriminator: discriminator } = adjacency;
    if (neighbour === undefined || discriminator === 0) return;
    for (const control of this.#with(neighbour))
      if (control.connection.path !== adjacency) this.#send(control, { adjacencyDown: { discriminator } });
  }

  nextTimeout(): Instant | undefined {
    return this.#readAt;
  }

  /** Looks again at the neighbours that were not read from. */
  handleTimeout(now: Instant): void {
    if ((this.#readAt ?? Infinity) > now) return;
    this.#readAt = undefined;
    for (const connection of this.#unread) this.#options.touch(connection);
    this.#unread.clear();
  }

  /** Reads what arrived, as far as the neighbour's messages may cost, and gives the stream what it takes. */
  serve(control: ControlConnection, now: Instant): void {
    const { topology, networks } = this.#options;
    const { connection } = control;
    const key = connection.path.neighbour?.key ?? "";
    while (this.#open.get(connection) === control) {
      if (!topology.linkState.canTake(key, now) || networks?.flooding.canTake(key, now) === false) {
        this.#unread.add(connection);
        this.#readAt = earlier(this.#readAt, now + READ_AGAIN_MS);
        break;
      }
      const messages = this.#receive(control, now);
      if (messages.length === 0) break;
      for (const message of messages) this.#handle(control, message, now);
    }
    control.flush();
    // The stream took something: link state may have more.
    if (this.#flooding.get(key) === control) this.#transmit(key, control, now);
  }

  /** Sends what link state has for neighbours. */
  transmit(now: Instant): void {
    const { topology, networks } = this.#options;
    for (const ready of [networks?.flooding.ready, topology.linkState.ready]) {
      for (const key of ready ?? []) {
        const control = this.#flooding.get(key);
        if (control !== undefined) this.#transmit(key, control, now);
      }
    }
  }

  *#with({ adjacencies }: Neighbour): IterableIterator<ControlConnection> {
    for (const adjacency of adjacencies) yield* this.#byAdjacency.of(adjacency);
  }

  #transmit(key: string, control: ControlConnection, now: Instant): void {
    const { linkState } = this.#options.topology;
    const flooding = this.#options.networks?.flooding;
    // Memberships go first: nobody is to hear of a node before it is known to belong here.
    while (flooding?.ready.has(key) === true && control.waitingOctets < LINK_STATE_WAITING_OCTETS) {
      const message = flooding.pollTransmit(key);
      if (message !== undefined) this.#send(control, message);
    }
    if (flooding?.ready.has(key) === true) return;
    while (linkState.ready.has(key) && control.waitingOctets < LINK_STATE_WAITING_OCTETS) {
      const message = linkState.pollTransmit(key, now);
      if (message === undefined) return;
      this.#send(control, message);
    }
  }

  #flood(neighbour: Neighbour, control: ControlConnection, now: Instant): void {
    this.#flooding.set(neighbour.key, control);
    this.#options.networks?.flooding.open(neighbour.key, now);
    this.#options.topology.linkState.open(neighbour.key, now);
    if (control.isFormerVersion) this.#takeFormerVersion(control, neighbour);
    this.#options.touch(control.connection);
  }

  #introduce(control: ControlConnection): void {
    const adjacency = control.connection.path;
    const token = new Uint8Array(TOKEN_OCTETS);
    writeToken(viewOf(token), 0, adjacency.localToken);
    this.#send(control, {
      introduction: {
        version: CONTROL_VERSION,
        token,
        discriminator: adjacency.localDiscriminator,
        mtu: adjacency.mtu,
        helloIntervalMs: adjacency.link.helloIntervalMs,
      },
    });
  }

  #send(control: ControlConnection, message: ControlMessage): void {
    if (!control.send(message)) control.connection.close(CloseCode.overloaded, "control messages left unread");
    this.#options.touch(control.connection);
  }

  #told(key: string, isFresh: boolean, now: Instant): void {
    if (isFresh) this.#options.handleMisconduct(key, this.conduct.reason(key, now) ?? "");
  }

  #receive(control: ControlConnection, now: Instant): readonly ControlMessage[] {
    const received = control.receive();
    if (typeof received !== "string") return received;
    if (received === "malformed") {
      this.drops.add("malformed-message");
      const key = control.connection.path.neighbour?.key ?? "";
      this.#told(key, this.conduct.note(key, "protocol", now), now);
    }
    control.connection.close(CloseCode.protocol, `control stream ${received}`);
    return [];
  }

  #handle(control: ControlConnection, message: ControlMessage, now: Instant): void {
    const adjacency = control.connection.path;
    const { neighbour } = adjacency;
    if (neighbour === undefined) return;
    const isNotice =
      Boolean(message.introduction) || Boolean(message.adjacencyDown) || Boolean(message.observedAddress);
    if (isNotice && !this.#notices.take(neighbour.key, 1, now)) {
      this.drops.add("ignored-notices");
      return;
    }
    if (message.introduction) this.#handleIntroduction(control, neighbour, message.introduction, now);
    if (message.adjacencyDown?.discriminator) this.#handleDown(neighbour, message.adjacencyDown.discriminator, now);
    if (message.observedAddress) this.#options.handleObserved(adjacency, message.observedAddress.address ?? "", now);
    if (message.pathTooBig) this.#handleTooBig(neighbour, message.pathTooBig, now);
    if (message.joinAnswer) this.#options.joining?.handleAnswer(message.joinAnswer, adjacency.link.name);
    const { topology, networks } = this.#options;
    const isWhole = networks?.flooding.handleMessage(neighbour.key, message, now) !== false;
    if (isWhole && topology.linkState.handleMessage(neighbour.key, message, now)) return;
    this.drops.add("malformed-message");
    this.#told(neighbour.key, this.conduct.note(neighbour.key, "protocol", now), now);
    control.connection.close(CloseCode.protocol, isWhole ? "malformed link state" : "malformed membership");
  }

  #handleIntroduction(
    control: ControlConnection,
    neighbour: Neighbour,
    introduction: NonNullable<ControlMessage["introduction"]>,
    now: Instant,
  ): void {
    const { version, token, discriminator, helloIntervalMs } = introduction;
    const { connection } = control;
    if ((version ?? 0) < FORMER_VERSION) return connection.close(CloseCode.protocol, "introduction without a version");
    if (token?.length !== TOKEN_OCTETS) return connection.close(CloseCode.protocol, "introduction without token");
    const adjacency = connection.path;
    adjacency.peerToken = tokenFrom(token);
    // A newer node speaks down to us as we to an older one: what it says beyond our version is skipped.
    adjacency.isFormerVersion = version === FORMER_VERSION;
    control.isFormerVersion = adjacency.isFormerVersion;
    if (control.isFormerVersion) this.#takeFormerVersion(control, neighbour);
    adjacency.farewellAt = undefined;
    adjacency.farewellReason = undefined;
    adjacency.helloIntervalMs = Math.max(adjacency.link.helloIntervalMs, Math.min(helloIntervalMs ?? 0, HELLO_MAX_MS));
    const isRestarted = adjacency.peerDiscriminator !== (discriminator ?? 0);
    adjacency.peerDiscriminator = discriminator ?? 0;
    if (isRestarted || !this.#options.liveness.has(adjacency)) this.#options.liveness.start(adjacency, now);
    this.#options.topology.updateNeighbour(neighbour, now);
  }

  /** The neighbour skips what version 1 does not have, and learns of no more than two hops. */
  #takeFormerVersion(control: ControlConnection, { key }: Neighbour): void {
    if (this.#flooding.get(key) !== control) return;
    this.#options.networks?.flooding.close(key);
    this.#options.topology.linkState.takeFormerVersion(key);
  }

  #handleDown(neighbour: Neighbour, discriminator: number, now: Instant): void {
    for (const adjacency of neighbour.adjacencies)
      if (adjacency.localDiscriminator === discriminator) this.#options.liveness.handleDown(adjacency, now);
  }

  #handleTooBig(neighbour: Neighbour, { label, mtu }: NonNullable<ControlMessage["pathTooBig"]>, now: Instant): void {
    const budget = this.#tooBigs.get(neighbour) ?? new RateBudget(PATH_TOO_BIG_BELIEVED_PER_SECOND);
    this.#tooBigs.set(neighbour, budget);
    const isBelieved = budget.take(1, now) && this.#options.topology.handleTooBig(neighbour, label ?? 0, mtu ?? 0);
    if (!isBelieved) this.drops.add("ignored-too-bigs");
  }
}
