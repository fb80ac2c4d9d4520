import { createLinkEnd, createNodeEnd, type FlorIoEnd, type FlorIoEvent, type Port } from "@flor/io";
import { FRAME_DATA, FRAME_HEADER_OCTETS, frameEnd, viewOf, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import { FaultyChannel } from "./faulty-channel.ts";
import { SeededRandom } from "@flor/impairment";

/** A receive buffer as Linux reports it for net.core.rmem_default. */
const RECEIVE_BUFFER_OCTETS = 212_992;
/** More turns than this at one instant: an end asks to be woken and does nothing when it is. */
const TURNS_MAX = 10_000;

/** How the two ends differ from an ordinary session. */
export interface PairOptions {
  /** @default 1 */
  readonly seed?: number;
  readonly nodeSecret?: Uint8Array;
  readonly linkSecret?: Uint8Array;
  /** @default 212,992, at both ends */
  readonly receiveBufferOctets?: number;
  readonly nodeAncestry?: readonly Uint8Array[];
  readonly linkAncestry?: readonly Uint8Array[];
  readonly nodeCapabilities?: readonly string[];
  readonly linkCapabilities?: readonly string[];
  readonly counters?: () => readonly { readonly name: string; readonly value: number }[];
}

/** A node's end and a link's end of Flor IO in memory, joined by two faulty channels, under virtual time. */
export class Pair {
  now = 0;
  readonly node: FlorIoEnd;
  readonly link: FlorIoEnd;
  readonly toNode: FaultyChannel;
  readonly toLink: FaultyChannel;
  readonly nodeEvents: FlorIoEvent[] = [];
  readonly linkEvents: FlorIoEvent[] = [];
  /** Frames as they came out, one by one. */
  readonly nodeFrames: Uint8Array[] = [];
  readonly linkFrames: Uint8Array[] = [];

  constructor(options: PairOptions = {}) {
    const { seed = 1, receiveBufferOctets = RECEIVE_BUFFER_OCTETS } = options;
    const random = new SeededRandom(seed);
    const randomFill = (octets: Uint8Array): void => octets.forEach((_, at) => (octets[at] = random.nextWord()));
    const secret = new Uint8Array(32).fill(7);
    this.toNode = new FaultyChannel(random.nextWord());
    this.toLink = new FaultyChannel(random.nextWord());
    const shared = { receiveBufferOctets, randomFill };
    this.node = createNodeEnd(
      {
        ...shared,
        secret: options.nodeSecret ?? secret,
        capabilities: options.nodeCapabilities ?? [],
        ancestry: options.nodeAncestry ?? [],
        transmit: (octets, offset, length) => this.toLink.send(octets.subarray(offset, offset + length), this.now),
        sink: { handleFrames: framesInto(this.nodeFrames) },
      },
      this.now,
    );
    this.link = createLinkEnd(
      {
        ...shared,
        secret: options.linkSecret ?? secret,
        capabilities: options.linkCapabilities ?? [],
        ancestry: options.linkAncestry ?? [],
        transmit: (octets, offset, length) => this.toNode.send(octets.subarray(offset, offset + length), this.now),
        sink: { handleFrames: framesInto(this.linkFrames) },
        program: "pair",
        programVersion: "1.0.0",
        pid: 4242,
        counters: options.counters ?? (() => []),
      },
      this.now,
    );
    this.link.handleTimeout(this.now);
  }

  /** Lets `ms` milliseconds pass, from one event to the next. */
  runFor(ms: number): void {
    const until = this.now + ms;
    for (let turns = 0; ; turns += 1) {
      this.#settle();
      const next = this.#nextEvent();
      if (next > until) break;
      if (next > this.now) turns = 0;
      if (turns > TURNS_MAX) throw new Error(`the pair spins at ${this.now} ms`);
      this.now = Math.max(this.now, next);
    }
    this.now = until;
  }

  /** Runs until both ends are ready. @throws Error when they are not after 10 s */
  makeReady(): void {
    for (let ms = 0; ms < 10_000; ms += 10) {
      if (this.node.state === "ready" && this.link.state === "ready") return;
      this.runFor(10);
    }
    throw new Error(`not ready after 10 s: node ${this.node.state}, link ${this.link.state}`);
  }

  /** Everything that can happen at this instant. */
  #settle(): void {
    for (const [end, channel] of [
      [this.node, this.toNode],
      [this.link, this.toLink],
    ] as const) {
      if ((end.nextTimeout() ?? Infinity) <= this.now) end.handleTimeout(this.now);
      for (let got = channel.receive(this.now); got !== undefined; got = channel.receive(this.now)) {
        end.handleReceive(got, got.length, this.now);
      }
      end.flush();
    }
    drainEvents(this.node, this.nodeEvents);
    drainEvents(this.link, this.linkEvents);
  }

  #nextEvent(): number {
    const timeouts = [this.node.nextTimeout() ?? Infinity, this.link.nextTimeout() ?? Infinity];
    return Math.min(...timeouts, this.toNode.nextArrival(), this.toLink.nextArrival());
  }
}

/** A data frame whose content is `length` octets that tell `number` from others. */
export function numberedFrame(number: number, length: number): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_OCTETS + length);
  for (let at = 0; at < length; at += 1) frame[FRAME_HEADER_OCTETS + at] = (number >> (8 * (at % 4))) & 0xff;
  writeFrameHeader(viewOf(frame), 0, { type: FRAME_DATA, flags: 0, length, port: 1, token: ZERO_TOKEN });
  return frame;
}

/** A port as a link might have it. */
export function examplePort(port: number, changes: Partial<Port> = {}): Port {
  const mtu = changes.mtu ?? 1400;
  const nature = { ordered: false, reliable: false, encrypted: false, provisional: false };
  return { port, key: `neighbour ${port}`, up: true, mtu, segmentMtu: mtu, address: "", ...nature, ...changes };
}

function framesInto(frames: Uint8Array[]): FrameTaker {
  return (octets, view, offset, end) => {
    for (let at = offset; at < end; at = frameEnd(view, at, end))
      frames.push(new Uint8Array(octets.subarray(at, frameEnd(view, at, end))));
  };
}

type FrameTaker = (octets: Uint8Array, view: DataView, offset: number, end: number) => void;

function drainEvents(end: FlorIoEnd, events: FlorIoEvent[]): void {
  for (let event = end.pollEvent(); event !== undefined; event = end.pollEvent()) events.push(event);
}
