/**
 * Transit, and the fork between transit and egress. Three steps, in this order in the file:
 *
 *   1 receive   frames from a link: port, token, top label
 *   2 pop       unknown label, TTL, next hop
 *   3 send      on the next adjacency, under its token
 *
 * A frame, before and after a pop (RFC 3032; the payload is never looked at):
 *
 *   | header 16 | label A | label B … | payload |   ⇒   | header 16 | label B … | payload |
 */
import { type IncomingLabelMap, isBottom, labelOf, outgoingTtl, writeTtl } from "@flor/label";
import { DropCounters, type Instant } from "@flor/machine";
import { ADMISSION_TYPE } from "@flor/quic";
import {
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  frameField,
  LABEL_GAL,
  LABEL_STACK_ENTRY_OCTETS,
  packLabelStackEntry,
  type Token,
  tokenEquals,
  ZERO_TOKEN,
} from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import { admissionCost } from "./admission-budget.ts";
import { DROP_REASONS, type DropReason } from "./drop-reason.ts";
import { OAM_HELLO } from "./hello.ts";
import type { LinkOffence } from "./link-conduct.ts";
import type { Neighbour } from "./neighbour.ts";
import type { NodeLink } from "./node-link.ts";

/** Takes payloads whose label ends at this node; the octets are borrowed. */
export interface LocalConsumer {
  handlePayload(octets: Uint8Array, offset: number, end: number, adjacency: Adjacency, now: Instant): void;
}

/** What a label leads to. */
export type NextHop = { readonly neighbour: Neighbour } | { readonly consumer: LocalConsumer };

/** What the forwarder reports beside its counters. */
export interface ForwardObserver {
  /** A frame for `label` did not fit the next hop's `mtu`. */
  handleTooBig(from: Adjacency, label: number, mtu: number): void;
}

/** The label switching engine of a node. */
export class Forwarder {
  readonly drops: DropCounters<DropReason> = new DropCounters(DROP_REASONS);
  framesReceived = 0;
  framesForwarded = 0;
  #labels: IncomingLabelMap<NextHop>;
  #control: LocalConsumer;
  #observer: ForwardObserver;

  /** @param control takes what comes under the GAL: control connections and OAM between neighbours */
  constructor(labels: IncomingLabelMap<NextHop>, control: LocalConsumer, observer: ForwardObserver) {
    this.#labels = labels;
    this.#control = control;
    this.#observer = observer;
  }

  /** Step 1, receive: a run of whole data frames in `octets[offset, end)`, borrowed. */
  receive(link: NodeLink, octets: Uint8Array, view: DataView, offset: number, end: number, now: Instant): void {
    for (let at = offset; at < end;) {
      const next = at + FRAME_HEADER_OCTETS + view.getUint16(at + frameField.length);
      this.framesReceived += 1;
      this.#receiveFrame(link, octets, view, at, next, now);
      at = next;
    }
  }

  #receiveFrame(link: NodeLink, octets: Uint8Array, view: DataView, at: number, end: number, now: Instant): void {
    const adjacency = link.ports[view.getUint16(at + frameField.port)];
    if (adjacency === undefined) return this.#blame(link, "unknown-port", now);
    const stackAt = at + FRAME_HEADER_OCTETS;
    if (stackAt + LABEL_STACK_ENTRY_OCTETS > end) return this.#blame(link, "malformed", now);
    const entry = view.getUint32(stackAt);
    const tokenMatches = tokenEquals(view, at + frameField.tokenHigh, adjacency.localToken);
    const under = stackAt + LABEL_STACK_ENTRY_OCTETS;
    if (labelOf(entry) === LABEL_GAL) {
      const beforeTokens = tokenEquals(view, at + frameField.tokenHigh, ZERO_TOKEN) && octets[under] !== OAM_HELLO;
      if (!tokenMatches && !beforeTokens) return this.#blame(link, "bad-token", now);
      if (!isBottom(entry)) return this.#blame(link, "malformed", now);
      return this.#consume(this.#control, octets, under, end, adjacency, now);
    }
    if (!tokenMatches) return this.#blame(link, "bad-token", now);
    this.#pop(octets, view, stackAt, end, entry, adjacency, now);
  }

  /** Step 2, pop: the top label alone decides (RFC 3031 section 3.9); an unknown one is dropped (3.18). */
  #pop(
    octets: Uint8Array,
    view: DataView,
    stackAt: number,
    end: number,
    entry: number,
    from: Adjacency,
    now: Instant,
  ): void {
    const nhlfe = this.#labels.lookup(labelOf(entry));
    if (nhlfe === undefined) return this.#blame(from.link, "unknown-label", now);
    const under = stackAt + LABEL_STACK_ENTRY_OCTETS;
    if ("consumer" in nhlfe.nextHop) {
      if (!isBottom(entry)) return this.#blame(from.link, "malformed", now);
      return this.#consume(nhlfe.nextHop.consumer, octets, under, end, from, now);
    }
    const ttl = outgoingTtl(entry);
    if (ttl === 0) return this.drops.add("ttl-expired");
    if (isBottom(entry) && nhlfe.push.length === 0) return this.drops.add("no-next-label");
    if (!isBottom(entry)) {
      if (under + LABEL_STACK_ENTRY_OCTETS > end) return this.#blame(from.link, "malformed", now);
      writeTtl(view, under, ttl);
    }
    const to = nhlfe.nextHop.neighbour.best;
    if (to?.peerToken === undefined) return this.drops.add("no-next-hop");
    this.#send(to, octets, under, end, nhlfe.push, isBottom(entry), ttl, from, labelOf(entry));
  }

  /** A label that ends here; what wants admission, and so costs an HMAC, has a bound. */
  #consume(
    consumer: LocalConsumer,
    octets: Uint8Array,
    under: number,
    end: number,
    from: Adjacency,
    now: Instant,
  ): void {
    if (octets[under] === ADMISSION_TYPE && !from.admission.take(admissionCost(end - under), now)) {
      from.link.conduct.note("strangers", now);
      return this.drops.add("admission-flood");
    }
    consumer.handlePayload(octets, under, end, from, now);
  }

  /** Drops a frame that the link should not have brought. */
  #blame(link: NodeLink, reason: DropReason & LinkOffence, now: Instant): void {
    link.conduct.note(reason, now);
    this.drops.add(reason);
  }

  /** Step 3, send: content `octets[under, end)` below the labels `push`, on adjacency `to`. */
  #send(
    to: Adjacency,
    octets: Uint8Array,
    under: number,
    end: number,
    push: readonly number[],
    bottom: boolean,
    ttl: number,
    from: Adjacency,
    label: number,
  ): void {
    const pushed = push.length * LABEL_STACK_ENTRY_OCTETS;
    const length = FRAME_HEADER_OCTETS + pushed + end - under;
    if (length > to.mtu) {
      this.drops.add("too-big");
      return this.#observer.handleTooBig(from, label, to.mtu - (length - FRAME_HEADER_OCTETS - (end - under)));
    }
    const door = to.link.door;
    const at = door === undefined || to.link.transit.frames > 0 ? -1 : door.reserve(length);
    if (door !== undefined && at >= 0) {
      writeTransitFrame(door.bundle.octets, door.bundle.view, at, to, octets, under, end, push, bottom, ttl);
      door.commit(length);
    } else if (!this.#queue(to, length, octets, under, end, push, bottom, ttl)) return;
    this.framesForwarded += 1;
  }

  #queue(
    to: Adjacency,
    length: number,
    octets: Uint8Array,
    under: number,
    end: number,
    push: readonly number[],
    bottom: boolean,
    ttl: number,
  ): boolean {
    if (to.link.door === undefined) {
      this.drops.add("transit-down");
      return false;
    }
    const frame = new Uint8Array(length);
    writeTransitFrame(frame, new DataView(frame.buffer), 0, to, octets, under, end, push, bottom, ttl);
    this.drops.add("transit-queue", to.link.transit.push(frame));
    return true;
  }
}

function writeTransitFrame(
  into: Uint8Array,
  view: DataView,
  at: number,
  to: Adjacency,
  octets: Uint8Array,
  under: number,
  end: number,
  push: readonly number[],
  bottom: boolean,
  ttl: number,
): void {
  let content = at + FRAME_HEADER_OCTETS;
  for (let i = 0; i < push.length; i += 1) {
    const last = bottom && i === push.length - 1;
    view.setUint32(content, packLabelStackEntry(push[i] ?? 0, 0, last, ttl));
    content += LABEL_STACK_ENTRY_OCTETS;
  }
  into.set(octets.subarray(under, end), content);
  writeDataHeader(view, at, content + end - under - at - FRAME_HEADER_OCTETS, to.port, to.peerToken ?? ZERO_TOKEN);
}

/** Writes the header of a data frame with `length` octets of content. */
export function writeDataHeader(view: DataView, at: number, length: number, port: number, token: Token): void {
  view.setUint32(at, ((FRAME_DATA << 24) | length) >>> 0);
  view.setUint32(at + frameField.port, port << 16);
  view.setUint32(at + frameField.tokenHigh, token.high);
  view.setUint32(at + frameField.tokenLow, token.low);
}
