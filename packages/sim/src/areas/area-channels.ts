/**
 * Channels between peers, by their effect: messages arrive whole and in order, over the path of the time, and are sent again
 * until they do. A message waits for a handshake where the two have no session yet.
 */
import type { Side } from "@flor/areas";
import { type AreaMessage, AreaMessageReader, encodeAreaMessage } from "@flor/wire";
import { travel } from "../frames.ts";
import type { SimLayer } from "../sim-layer.ts";
import type { AreaNode } from "./area-node.ts";

/** What does not arrive is sent again after this time. */
const AGAIN_MS = 200;

interface Sent {
  readonly side: Side;
  readonly octets: Uint8Array;
}

/** See the head of this file. */
export class AreaChannels {
  messages = 0;
  octets = 0;
  readonly #layer: SimLayer;
  readonly #nodeOf: (key: string) => AreaNode;
  readonly #sessions = new Set<string>();
  readonly #waiting = new Map<string, Sent[]>();

  constructor(layer: SimLayer, nodeOf: (key: string) => AreaNode) {
    this.#layer = layer;
    this.#nodeOf = nodeOf;
  }

  send(from: AreaNode, to: string, side: Side, message: AreaMessage): void {
    const sent = { side, octets: encodeAreaMessage(message) };
    this.messages += 1;
    this.octets += sent.octets.length;
    const channel = `${from.node.key} ${to}`;
    const waiting = this.#waiting.get(channel) ?? [];
    this.#waiting.set(channel, waiting);
    waiting.push(sent);
    if (waiting.length === 1) this.#attempt(from, to, waiting);
  }

  #attempt(from: AreaNode, to: string, waiting: Sent[]): void {
    const layer = this.#layer;
    const far = this.#nodeOf(to);
    if (!from.node.isRunning) return;
    const path = from.pathTo(to);
    const { fate, ms } = path ? travel(layer, from.node, path, far.node.number) : { fate: "lost", ms: 0 };
    if (fate !== "delivered") return layer.at(layer.now + AGAIN_MS, () => this.#attempt(from, to, waiting));
    const ends = [from.node.key, to].toSorted().join(" ");
    const handshakeMs = this.#sessions.has(ends) ? 0 : 2 * ms;
    this.#sessions.add(ends);
    layer.at(layer.now + handshakeMs + ms, () => this.#arrive(from, far, waiting));
  }

  #arrive(from: AreaNode, far: AreaNode, waiting: Sent[]): void {
    const { now } = this.#layer;
    const all = waiting.splice(0);
    if (!far.node.isRunning) return;
    for (const { side, octets } of all)
      for (const message of new AreaMessageReader().push(octets) ?? [])
        far.areas.handleMessage(from.node.key, side === "asking" ? "asked" : "asking", message, now);
  }
}
