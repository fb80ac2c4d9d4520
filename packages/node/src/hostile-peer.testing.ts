/**
 * A listed peer that turns hostile: an ordinary node, and a hand on each kind of message that it sends. It keeps its
 * connections as every node does, so that what it adds comes from a peer in good standing. Development only.
 */
import { pushStack } from "@flor/label";
import type { QuicConnection } from "@flor/quic";
import {
  type ControlMessage,
  encodeControlMessage,
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  viewOf,
  writeFrameHeader,
  ZERO_TOKEN,
} from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import type { StagedNode } from "./staged-network.testing.ts";

/** The stream of control messages. */
const CONTROL_STREAM = 0;
/** Octets that are said at once: the control connection's window takes them. */
const SAID_AT_ONCE_OCTETS = 262_144;

/** The hand on one node of a stage. */
export class HostilePeer {
  readonly #staged: StagedNode;

  constructor(staged: StagedNode) {
    this.#staged = staged;
  }

  /** Sends control messages to its neighbour, as many as its window takes at once; returns how many. */
  say(messages: readonly ControlMessage[]): number {
    const connection = this.#control();
    let octets = 0;
    let said = 0;
    for (const message of messages) {
      const encoded = encodeControlMessage(message);
      if (octets + encoded.length > SAID_AT_ONCE_OCTETS) break;
      if (connection.send(CONTROL_STREAM, encoded, false) < encoded.length) break;
      octets += encoded.length;
      said += 1;
    }
    this.#wake();
    return said;
  }

  /** Lets its control connection go; an ordinary node dials again. */
  reconnect(): void {
    this.#control().close(0, "again");
    this.#wake();
  }

  /** Has the connection served: by a notice of its own, for nothing else is due. */
  #wake(): void {
    this.#staged.node.control.sendTooBig(this.#adjacency(), 0, 0);
    this.#staged.isWoken = true;
  }

  /** Opens streams of its session to `peer` and sends these octets on each, without an end. */
  openStreams(peer: string, count: number, octets: Uint8Array): void {
    const session = this.#staged.node.sessions.named(peer)?.session;
    if (session === undefined) throw new Error(`there is no session with ${peer}`);
    for (let index = 0; index < count; index += 1) {
      const stream = session.connection.openStream();
      if (stream !== undefined) session.connection.send(stream, octets, false);
    }
    this.#staged.node.sessions.carried.touch(session);
  }

  /** Sends a frame with these labels, top first, past its own forwarder. */
  sendFrame(stack: readonly number[], ttl: number): void {
    const adjacency = this.#adjacency();
    const { door } = adjacency.link;
    const length = FRAME_HEADER_OCTETS + 4 * stack.length + 100;
    const at = door?.reserve(length) ?? -1;
    if (door === undefined || at < 0) throw new Error("its link takes no frame");
    const { octets } = door.bundle;
    const view = viewOf(octets);
    const token = adjacency.peerToken ?? ZERO_TOKEN;
    writeFrameHeader(view, at, { type: FRAME_DATA, flags: 0, length: length - FRAME_HEADER_OCTETS, port: 1, token });
    octets.fill(0x40, pushStack(view, at + FRAME_HEADER_OCTETS, stack, ttl), at + length);
    door.commit(length);
    door.flush();
  }

  #adjacency(): Adjacency {
    for (const { adjacencies } of this.#staged.node.topology.neighbours.values())
      for (const adjacency of adjacencies) return adjacency;
    throw new Error("it has no neighbour");
  }

  #control(): QuicConnection<Adjacency> {
    const adjacency = this.#adjacency();
    for (const connection of this.#staged.node.control.endpoint.connections)
      if (connection.path === adjacency && connection.state === "established") return connection;
    throw new Error("it has no control connection");
  }
}
