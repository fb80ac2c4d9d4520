/**
 * One stream to one end: hellos first, then frames both ways.
 *
 *   node ─▶ send ─▶ SendQueue ─▶ write ─▶ output         input ─▶ FrameReader ─▶ handleFrame ─▶ node
 *
 * Output that does not drain leaves frames in the queue, where they grow old; input that the node does not take stays
 * in the stream, so that the other end's queue fills.
 */
import type { IpEndpoint } from "@flor/host/datagram";
import type { Instant } from "@flor/machine";
import type { CarriedStream } from "./carried-stream.ts";
import { explainDial } from "./explain-dial.ts";
import { FrameReader } from "./frame-reader.ts";
import { decodeHello, encodeHello, type Hello } from "./hello.ts";
import { SendQueue } from "./send-queue.ts";

/** An end that does not say hello within this time is let go. */
export const HELLO_TIMEOUT_MS = 10_000;
/** Output that takes nothing for this long leads nowhere. */
const STALL_MS = 10_000;
/** So does a stream that answers nothing for this long, while we speak: neighbours say something every second. */
const SILENCE_MS = 15_000;
/** An end that was told that we have said all ends the stream within this time. */
const FINISH_MS = 5000;
/** Written in one go: little enough that the rate is measured often. */
const BATCH_OCTETS = 65_536;

/** What a {@link StreamConnection} reports. */
export interface ConnectionOwner {
  /** The other end said hello: frames may be sent. */
  handleHello(connection: StreamConnection): void;
  /** A frame, borrowed. False: the node takes none now; the same frame comes again after `resume`. */
  handleFrame(connection: StreamConnection, frame: Uint8Array): boolean;
  /** It is over. Told once, unless `close` was called. */
  handleClosed(connection: StreamConnection, reason: string): void;
  /** One of the link's figures grows. */
  count(name: string): void;
}

/** What a connection is made with. */
export interface ConnectionOptions {
  readonly stream: CarriedStream;
  readonly hello: Hello;
  /** We opened the stream. */
  readonly isDialled: boolean;
  readonly owner: ConnectionOwner;
  readonly now: () => Instant;
}

/** A stream in use. */
export class StreamConnection {
  readonly isDialled: boolean;
  readonly address: string;
  /** Where its octets go; `undefined`: to no address, or nobody knows. */
  readonly remote: IpEndpoint | undefined;
  readonly openedAt: Instant;
  /** When octets last came. */
  heardAt: Instant;
  readonly #options: ConnectionOptions;
  readonly #reader: FrameReader;
  readonly #queue: SendQueue;
  #peer: Hello | undefined;
  #greeting: Uint8Array = new Uint8Array(0);
  /** A frame that the node did not take yet. */
  #held: Uint8Array | undefined;
  /** The batch that the stream has not taken yet. */
  #batch: { readonly since: Instant } | undefined;
  /** When the first octets went that nothing was heard after. */
  #unansweredSince: Instant = Infinity;
  /** Since when nothing new is sent; `undefined`: frames are. */
  #finishedAt: Instant | undefined;
  #isClosed = false;

  constructor(options: ConnectionOptions) {
    const { stream, hello, owner, now } = options;
    this.#options = options;
    this.isDialled = options.isDialled;
    this.address = stream.address;
    this.remote = stream.remote;
    this.openedAt = now();
    this.heardAt = this.openedAt;
    this.#reader = new FrameReader(hello.frameMax);
    this.#queue = new SendQueue((reason) => owner.count(reason));
    stream.output.on("error", (error) => this.#handleEnd(explainDial(error)));
    stream.output.on("close", () => this.#handleEnd("it was closed"));
    stream.input.on("error", (error) => this.#handleEnd(explainDial(error)));
    stream.input.on("end", () => this.#handleEnd("the other end closed it"));
    stream.input.on("close", () => this.#handleEnd("it was closed"));
    stream.input.on("data", (octets: Uint8Array) => this.#handleOctets(octets));
    if (this.isDialled) this.#sayHello();
  }

  /** The other end's hello; `undefined` before it came. */
  get peer(): Hello | undefined {
    return this.#peer;
  }

  /** Octets of the longest frame that both ends take. */
  get frameMax(): number {
    const own = this.#options.hello.frameMax;
    return Math.min(own, this.#peer?.frameMax ?? own);
  }

  /** Nothing more is sent; what the other end sends still comes. */
  get isFinished(): boolean {
    return this.#finishedAt !== undefined;
  }

  /** Queues a copy of the data frame `octets[at, end)`, not longer than {@link frameMax}; `flush` writes it. */
  send(octets: Uint8Array, view: DataView, at: number, end: number): void {
    this.#queue.push(octets, view, at, end, this.#options.now());
  }

  /** Writes what waits, as far as the stream takes it; what would wait for too long is dropped. */
  flush(): void {
    while (this.#peer !== undefined && !this.#isClosed && this.#batch === undefined && this.#queue.octets > 0)
      this.#writeBatch();
    if (this.#batch !== undefined) this.#queue.trim(this.#options.now());
    else if (this.isFinished && !this.#isClosed) this.#options.stream.output.end();
  }

  /** The node takes frames again. */
  resume(): void {
    if (this.#held === undefined || this.#isClosed) return;
    const held = this.#held;
    if (!this.#options.owner.handleFrame(this, held)) return;
    this.#held = undefined;
    this.#readFrames();
    if (this.#held === undefined) this.#options.stream.input.resume();
  }

  /** Ends what leads nowhere. */
  handleTimeout(now: Instant): void {
    if (this.#peer === undefined && now - this.openedAt >= HELLO_TIMEOUT_MS)
      this.fail(`it said no hello within ${HELLO_TIMEOUT_MS / 1000} s`);
    else if (now - (this.#finishedAt ?? now) >= FINISH_MS) this.fail("it is no longer needed");
    else if (this.#batch !== undefined && now - this.#batch.since >= STALL_MS)
      this.fail(`it took nothing for ${STALL_MS / 1000} s`);
    else if (this.#held === undefined && now - this.#unansweredSince >= SILENCE_MS)
      this.fail(`it answered nothing for ${SILENCE_MS / 1000} s`);
  }

  /** Sends what waits, then says that it was all; the other end, when it hears so, ends the stream. */
  finish(): void {
    if (this.isFinished) return;
    this.#finishedAt = this.#options.now();
    this.flush();
  }

  /** Ends it for a reason. */
  fail(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.owner.handleClosed(this, reason);
  }

  /** Ends it; the owner is not told. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.stream.destroy();
  }

  /** The stream ended: what stands behind it knows best why. */
  #handleEnd(reason: string): void {
    if (this.#isClosed) return;
    const { stream, owner } = this.#options;
    this.close();
    if (stream.reason === undefined) owner.handleClosed(this, reason);
    else void stream.reason.then((better) => owner.handleClosed(this, better));
  }

  #handleOctets(octets: Uint8Array): void {
    if (this.#isClosed) return;
    this.heardAt = this.#options.now();
    this.#unansweredSince = Infinity;
    const rest = this.#peer === undefined ? this.#greet(octets) : octets;
    if (rest === undefined) return;
    this.#reader.push(rest);
    this.#readFrames();
  }

  #sayHello(): void {
    const { stream, hello } = this.#options;
    stream.output.write(encodeHello(hello));
  }

  /** What follows the hello, or `undefined` while it is not whole. */
  #greet(octets: Uint8Array): Uint8Array | undefined {
    const greeting = Buffer.concat([this.#greeting, octets]);
    const decoded = decodeHello(greeting);
    if ("error" in decoded) this.fail(decoded.error);
    else if ("needed" in decoded) this.#greeting = greeting;
    else {
      this.#greeting = new Uint8Array(0);
      this.#peer = decoded.hello;
      if (!this.isDialled) this.#sayHello();
      this.#options.owner.handleHello(this);
      if (!this.#isClosed) return greeting.subarray(decoded.octets);
    }
    return undefined;
  }

  #readFrames(): void {
    const { owner, stream } = this.#options;
    for (let frame = this.#reader.read(); frame !== undefined; frame = this.#reader.read()) {
      if (this.#isClosed) return;
      if (owner.handleFrame(this, frame)) continue;
      this.#held = frame;
      stream.input.pause();
      return;
    }
    if (this.#reader.error !== undefined) {
      owner.count("closed.malformed");
      this.fail(this.#reader.error);
    }
  }

  #writeBatch(): void {
    const { stream, now } = this.#options;
    const batch = { since: now() };
    const { output } = stream;
    let octets = 0;
    output.cork();
    while (octets < BATCH_OCTETS) {
      const frame = this.#queue.shift(batch.since);
      if (frame === undefined) break;
      octets += frame.length;
      const isLast = octets >= BATCH_OCTETS || this.#queue.octets === 0;
      if (isLast) output.write(frame, () => this.#handleDrained(batch));
      else output.write(frame);
    }
    this.#batch = batch;
    output.uncork();
    if (this.#unansweredSince === Infinity) this.#unansweredSince = batch.since;
    if (output.writableLength === 0) this.#batch = undefined;
    else this.#queue.rate.handleBlocked(octets, batch.since);
  }

  #handleDrained(batch: { readonly since: Instant }): void {
    if (this.#batch !== batch) return;
    this.#batch = undefined;
    this.#queue.rate.handleDrained(this.#options.now());
    this.flush();
  }
}
