/**
 * Transit, and the fork between transit and egress. Three steps, in this order in the file:
 *
 *   1 receive   frames from a link: port, token, top label
 *   2 pop       unknown label, TTL, next hop
 *   3 send      on the next adjacency, under its token
 *
 * A frame, before and after a pop (RFC 3032; of what is under the top label only the end of the stack is looked for):
 *
 *   | header 16 | label A | label B … | payload |   ⇒   | header 16 | label B … | payload |
 */
import { type IncomingLabelMap, isBottom, labelOf, outgoingTtl, trafficClassOf, writeTtl } from "@flor/label";
import { DropCounters, type Instant } from "@flor/machine";
import { ADMISSION_TYPE } from "@flor/quic";
import {
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  frameField,
  LABEL_GAL,
  LABEL_STACK_ENTRY_OCTETS,
  LABEL_STACK_MAX_DEPTH,
  labelStackOctets,
  packLabelStackEntry,
  type Token,
  tokenEquals,
  ZERO_TOKEN,
} from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import { admissionCost } from "./admission-budget.ts";
import { DROP_REASONS, type DropReason } from "./drop-reason.ts";
import type { FrameDoor } from "./frame-door.ts";
import { OAM_HELLO } from "./hello.ts";
import type { LinkOffence } from "./link-conduct.ts";
import type { Neighbour, NeighbourRepair } from "./neighbour.ts";
import type { NodeLink } from "./node-link.ts";

/**
 * How long what comes is still carried after the node has said that it will not be. News is everywhere within a second or
 * two; where a node has much to read and to check at once, within some more.
 */
export const TRANSIT_GRACE_MS = 15_000;

/** Traffic class of labels that a repair pushed (RFC 5462): their frames are not repaired again. */
const REPAIRED = 1;
const NO_OCTETS = new Uint8Array(0);

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
  /** Of those, frames whose next hop was silent. */
  framesRepaired = 0;
  /** From then on what a neighbour sends for another is dropped; Infinity: never. What ends here, and what a gateway carries, is not. */
  refusesTransitFrom: Instant = Infinity;
  /** When a neighbour last sent something for another; -Infinity: never. */
  transitAt: Instant = -Infinity;
  #labels: IncomingLabelMap<NextHop>;
  #control: LocalConsumer;
  #observer: ForwardObserver;
  readonly #frame = new FrameInHand();

  /** @param control takes what comes under the GAL: control connections and OAM between neighbours */
  constructor(labels: IncomingLabelMap<NextHop>, control: LocalConsumer, observer: ForwardObserver) {
    this.#labels = labels;
    this.#control = control;
    this.#observer = observer;
  }

  /** Step 1, receive: a run of whole data frames in `octets[offset, end)`, borrowed. */
  receive(link: NodeLink, octets: Uint8Array, view: DataView, offset: number, end: number, now: Instant): void {
    const frame = this.#frame;
    frame.octets = octets;
    frame.view = view;
    frame.now = now;
    for (let at = offset; at < end;) {
      const next = at + FRAME_HEADER_OCTETS + view.getUint16(at + frameField.length);
      this.framesReceived += 1;
      frame.end = next;
      this.#receiveFrame(link, at, frame);
      at = next;
    }
  }

  #receiveFrame(link: NodeLink, at: number, frame: FrameInHand): void {
    const { octets, view, end, now } = frame;
    const adjacency = link.ports[view.getUint16(at + frameField.port)];
    if (adjacency === undefined) return this.#blame(link, "unknown-port", now);
    const stackAt = at + FRAME_HEADER_OCTETS;
    const under = stackAt + LABEL_STACK_ENTRY_OCTETS;
    if (under > end) return this.#blame(link, "malformed", now);
    const entry = view.getUint32(stackAt);
    frame.entry = entry;
    frame.under = under;
    const tokenMatches = tokenEquals(view, at + frameField.tokenHigh, adjacency.localToken);
    if (labelOf(entry) === LABEL_GAL) {
      const beforeTokens = tokenEquals(view, at + frameField.tokenHigh, ZERO_TOKEN) && octets[under] !== OAM_HELLO;
      if (!tokenMatches && !beforeTokens) return this.#blame(link, "bad-token", now);
      if (!isBottom(entry)) return this.#blame(link, "malformed", now);
      return this.#consume(this.#control, adjacency, frame);
    }
    if (!tokenMatches) return this.#blame(link, "bad-token", now);
    this.#pop(adjacency, frame);
  }

  /** Step 2, pop: the top label alone decides (RFC 3031 section 3.9); an unknown one is dropped (3.18). */
  #pop(from: Adjacency, frame: FrameInHand): void {
    const { entry, under, now } = frame;
    const nhlfe = this.#labels.lookup(labelOf(entry));
    if (nhlfe === undefined) return this.#blame(from.link, "unknown-label", now);
    if ("consumer" in nhlfe.nextHop) {
      if (!isBottom(entry)) return this.#blame(from.link, "malformed", now);
      return this.#consume(nhlfe.nextHop.consumer, from, frame);
    }
    // A way between networks bears labels of its own: a rule of this node carries it.
    if (nhlfe.push.length === 0) {
      this.transitAt = now;
      if (now >= this.refusesTransitFrom) return this.drops.add("transit-refused");
    }
    if (!isBottom(entry) && labelStackOctets(frame.view, under - LABEL_STACK_ENTRY_OCTETS, frame.end) === 0)
      return this.#dropEndless(from.link, frame);
    const ttl = outgoingTtl(entry);
    if (ttl === 0) return this.drops.add("ttl-expired");
    if (isBottom(entry) && nhlfe.push.length === 0) return this.drops.add("no-next-label");
    if (!isBottom(entry)) writeTtl(frame.view, under, ttl);
    frame.ttl = ttl;
    frame.push = nhlfe.push;
    frame.trafficClass = 0;
    const { best: to, repair } = nhlfe.nextHop.neighbour;
    if (to?.alive !== true && repair !== undefined && !isBottom(entry)) return this.#repair(from, repair, to, frame);
    this.#sendAnyway(from, to, frame);
  }

  /** A silent neighbour may hear: where there is no other way, frames go there. */
  #sendAnyway(from: Adjacency, to: Adjacency | undefined, frame: FrameInHand): void {
    if (to?.peerToken === undefined) return this.drops.add("no-next-hop");
    this.#send(from, to, frame);
  }

  /**
   * The next hop is silent: goes round it, by its own label under the popped one, or to it by another way. Labels pushed
   * for this carry a mark, and what carries it is not repaired again, so that no frame goes in a circle.
   */
  #repair(from: Adjacency, repair: NeighbourRepair, silent: Adjacency | undefined, frame: FrameInHand): void {
    if (trafficClassOf(frame.entry) === REPAIRED) return this.drops.add("repair-failed");
    const next = frame.view.getUint32(frame.under);
    const around = isBottom(next) ? undefined : repair.around.get(labelOf(next));
    const detour = around ?? repair.toward;
    const to = detour?.nextHop.best;
    if (detour === undefined || to?.peerToken === undefined) return this.#sendAnyway(from, silent, frame);
    if (around !== undefined) {
      frame.under += LABEL_STACK_ENTRY_OCTETS;
      writeTtl(frame.view, frame.under, frame.ttl);
    }
    frame.push = detour.push;
    frame.trafficClass = REPAIRED;
    this.framesRepaired += 1;
    to.link.framesRepaired += 1;
    this.#send(from, to, frame);
  }

  /** A label that ends here; what wants admission, and so costs an HMAC, has a bound. */
  #consume(consumer: LocalConsumer, from: Adjacency, { octets, under, end, now }: FrameInHand): void {
    if (octets[under] === ADMISSION_TYPE && !from.admission.take(admissionCost(end - under), now)) {
      from.link.conduct.note("strangers", now);
      return this.drops.add("admission-flood");
    }
    consumer.handlePayload(octets, under, end, from, now);
  }

  /** A stack without a bottom where one may be: a neighbour's that wants it to go around, or cut off by the link. */
  #dropEndless(link: NodeLink, { under, end, now }: FrameInHand): void {
    const entries = 1 + Math.floor((end - under) / LABEL_STACK_ENTRY_OCTETS);
    if (entries >= LABEL_STACK_MAX_DEPTH) return this.drops.add("too-deep");
    this.#blame(link, "malformed", now);
  }

  /** Drops a frame that the link should not have brought. */
  #blame(link: NodeLink, reason: DropReason & LinkOffence, now: Instant): void {
    link.conduct.note(reason, now);
    this.drops.add(reason);
  }

  /** Step 3, send: what is under the popped label, below those pushed in its place, on adjacency `to`. */
  #send(from: Adjacency, to: Adjacency, frame: FrameInHand): void {
    const content = frame.end - frame.under;
    const length = FRAME_HEADER_OCTETS + frame.push.length * LABEL_STACK_ENTRY_OCTETS + content;
    if (length > to.mtu) {
      this.drops.add("too-big");
      return this.#observer.handleTooBig(from, labelOf(frame.entry), to.mtu - (length - FRAME_HEADER_OCTETS - content));
    }
    const { door, transit } = to.link;
    const at = door === undefined || transit.frames > 0 ? -1 : door.reserve(length);
    if (door !== undefined && at >= 0) {
      writeTransitFrame(door.bundle, at, to, frame);
      door.commit(length);
    } else if (door === undefined) return this.drops.add("transit-down");
    else {
      const octets = new Uint8Array(length);
      writeTransitFrame({ octets, view: new DataView(octets.buffer) }, 0, to, frame);
      this.drops.add("transit-queue", transit.push(octets, from.neighbour ?? from));
    }
    this.framesForwarded += 1;
    if (!to.alive) to.link.framesToSilent += 1;
  }
}

/** The frame that goes through the steps: one object for all of them, since making one costs more than a step. */
class FrameInHand {
  octets: Uint8Array = NO_OCTETS;
  view: DataView = new DataView(NO_OCTETS.buffer);
  /** Where the content under its top label begins. */
  under = 0;
  end = 0;
  /** The popped stack entry. */
  entry = 0;
  /** Labels that replace the popped one, top first. */
  push: readonly number[] = [];
  /** The traffic class of these. */
  trafficClass = 0;
  /** The TTL that it leaves with. */
  ttl = 0;
  now: Instant = 0;
}

function writeTransitFrame(
  into: FrameDoor["bundle"],
  at: number,
  to: Adjacency,
  { octets, under, end, entry, push, trafficClass, ttl }: FrameInHand,
): void {
  const { view } = into;
  const isLast = isBottom(entry);
  let content = at + FRAME_HEADER_OCTETS;
  for (let i = 0; i < push.length; i += 1) {
    view.setUint32(content, packLabelStackEntry(push[i] ?? 0, trafficClass, isLast && i === push.length - 1, ttl));
    content += LABEL_STACK_ENTRY_OCTETS;
  }
  into.octets.set(octets.subarray(under, end), content);
  writeDataHeader(view, at, content + end - under - at - FRAME_HEADER_OCTETS, to.port, to.peerToken ?? ZERO_TOKEN);
}

/** Writes the header of a data frame with `length` octets of content. */
export function writeDataHeader(view: DataView, at: number, length: number, port: number, token: Token): void {
  view.setUint32(at, ((FRAME_DATA << 24) | length) >>> 0);
  view.setUint32(at + frameField.port, port << 16);
  view.setUint32(at + frameField.tokenHigh, token.high);
  view.setUint32(at + frameField.tokenLow, token.low);
}
