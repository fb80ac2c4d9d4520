/**
 * A link process that carries frames over UDP until it is told to misbehave: SIGUSR2 has it read the name of a mode
 * from the file of its configuration, and live by it for a while. hostile-modes.ts has the modes.
 */
import { randomFillSync } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { type DatagramSocket, openLoopbackSocket } from "@flor/host/datagram";
import { type Bootstrap, createLinkEnd, decodeBootstrap, type FlorIoEnd, type Neighbour, type Port } from "@flor/io";
import {
  encodeEnvelope,
  type Envelope,
  FRAME_CONTROL,
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  frameEnd,
  frameField,
  SESSION_TOKEN_OCTETS,
  viewOf,
} from "@flor/wire";
import { modes } from "./hostile-modes.ts";

const TICK_MS = 1;
/** After a pause no more is made up for than this. */
const TICKS_AT_ONCE = 10;
/** The only port of the honest link. */
const PORT = 1;
const MTU = 1472;

/** What the test tells the link. */
export interface HostileOrders {
  /** Of {@link modes}. */
  readonly mode: string;
  readonly forMs: number;
}

/** The link, as its modes use it. */
export class HostileLink {
  /** Frames that are longer are not carried, and nothing is said. */
  carriedOctets: number = Infinity;
  /** Carries frames, and says nothing of itself: neither credit nor Pongs. */
  isMuzzled = false;
  readonly #socket: DatagramSocket;
  readonly #end: FlorIoEnd;
  readonly #wire: Socket = createSocket("udp4");
  #neighbour: Neighbour | undefined;
  #timer: NodeJS.Timeout | undefined;
  #misbehaviour: NodeJS.Timeout | undefined;

  constructor(bootstrap: Bootstrap, socket: DatagramSocket) {
    this.#socket = socket;
    this.#end = this.#createEnd(bootstrap);
    socket.connect(bootstrap.nodePort);
    socket.onReceive = (octets, length) => {
      this.#end.handleReceive(octets, length, performance.now());
      this.#serve();
    };
    this.#wire.on("message", (datagram: Uint8Array) => this.#fromWire(datagram));
    this.#serve();
  }

  /** The token that the neighbour's frames carry, or zeros before it is known. */
  get neighbourToken(): Uint8Array {
    const token = this.#neighbour?.token;
    return token?.length === 8 ? token : new Uint8Array(8);
  }

  /** A data frame. */
  frame(content: Uint8Array, port: number = PORT, token: Uint8Array = this.neighbourToken): Uint8Array {
    return frameOf(FRAME_DATA, content, port, token);
  }

  /** Sends one datagram of the session: frames, or what looks like them. */
  sendFrames(...frames: readonly Uint8Array[]): void {
    this.sendRaw(this.#end.bundle.octets.subarray(0, SESSION_TOKEN_OCTETS), ...frames);
  }

  sendControl(...envelopes: readonly Envelope[]): void {
    this.sendFrames(...envelopes.map((envelope) => frameOf(FRAME_CONTROL, encodeEnvelope(envelope))));
  }

  /** Sends one datagram, whatever it is. */
  sendRaw(...parts: readonly Uint8Array[]): void {
    const datagram = Buffer.concat(parts);
    this.#socket.send(datagram, 0, datagram.length);
  }

  /** Announces ports: the honest one by default, altered. */
  announce(...ports: readonly Partial<Port>[]): void {
    const honest = { port: PORT, key: this.#neighbour?.key ?? "?", up: true, mtu: MTU, segmentMtu: MTU, address: "" };
    this.#end.setPorts(
      ports.map((port) => ({ ...honest, ...port })),
      performance.now(),
    );
  }

  /** Lives by a mode, then honestly again; at once when there are new orders. */
  obey({ mode: name, forMs }: HostileOrders): void {
    const mode = modes[name];
    if (mode === undefined) throw new RangeError(`no mode is called ${name}`);
    this.#beHonest();
    const until = performance.now() + forMs;
    let tickAt = performance.now();
    mode.start?.(this, until);
    this.#misbehaviour = setInterval(() => {
      const now = performance.now();
      if (now >= until) return this.#beHonest();
      tickAt = Math.max(tickAt, now - TICKS_AT_ONCE * TICK_MS);
      for (; tickAt < now; tickAt += TICK_MS) mode.tick?.(this);
    }, TICK_MS);
  }

  #beHonest(): void {
    clearInterval(this.#misbehaviour);
    this.carriedOctets = Infinity;
    this.isMuzzled = false;
    this.announce({});
    this.#serve();
  }

  #createEnd({ secret, deadlineMs }: Bootstrap): FlorIoEnd {
    return createLinkEnd(
      {
        transmit: (octets, offset, length) => {
          const isControl = octets[offset + SESSION_TOKEN_OCTETS] === FRAME_CONTROL;
          if (!isControl || !this.isMuzzled) this.#socket.send(octets, offset, length);
        },
        sink: { handleFrames: (octets, view, offset, end) => this.#toWire(octets, view, offset, end) },
        secret,
        deadlineMs,
        receiveBufferOctets: this.#socket.receiveBufferOctets,
        randomFill: (octets) => void randomFillSync(octets),
        program: "hostile",
        programVersion: "1",
        pid: process.pid,
      },
      performance.now(),
    );
  }

  #serve(): void {
    const now = performance.now();
    if ((this.#end.nextTimeout() ?? Infinity) <= now) this.#end.handleTimeout(now);
    for (let event = this.#end.pollEvent(); event !== undefined; event = this.#end.pollEvent()) {
      if (event.type === "neighbours") this.#setNeighbour(event.neighbours[0]);
      if (event.type === "bye" || event.type === "dead" || event.type === "rejected") process.exit(0);
    }
    this.#end.flush();
    clearTimeout(this.#timer);
    const next = this.#end.nextTimeout();
    if (next !== undefined) this.#timer = setTimeout(() => this.#serve(), Math.max(0, next - performance.now()));
  }

  #setNeighbour(neighbour: Neighbour | undefined): void {
    const isNew = this.#neighbour === undefined && neighbour !== undefined;
    this.#neighbour = neighbour;
    if (isNew) this.announce({});
  }

  #toWire(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    const [host, port] = this.#neighbour?.address.split(":") ?? [];
    for (let at = offset; at < end;) {
      const next = frameEnd(view, at, end);
      view.setUint16(at + frameField.port, 0);
      if (next - at <= this.carriedOctets) this.#wire.send(octets.slice(at, next), Number(port), host);
      at = next;
    }
  }

  #fromWire(datagram: Uint8Array): void {
    const view = viewOf(datagram);
    for (let at = 0; at < datagram.length;) {
      const next = frameEnd(view, at, datagram.length);
      if (next === 0) return;
      view.setUint16(at + frameField.port, PORT);
      // What udp links say to each other is not for a node.
      if (datagram[at] === FRAME_DATA && next - at <= this.carriedOctets) this.#end.send(datagram, at, next);
      at = next;
    }
    this.#serve();
  }
}

function frameOf(type: number, content: Uint8Array, port = 0, token: Uint8Array = new Uint8Array(8)): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_OCTETS + content.length);
  const view = viewOf(frame);
  view.setUint8(0, type);
  view.setUint16(frameField.length, content.length);
  view.setUint16(frameField.port, port);
  frame.set(token, frameField.tokenHigh);
  frame.set(content, FRAME_HEADER_OCTETS);
  return frame;
}

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  lines.once("close", () => process.exit(0));
  const [line] = await new Promise<[string]>((resolve) => lines.once("line", (text) => resolve([text])));
  const bootstrap = decodeBootstrap(line);
  if ("error" in bootstrap) throw new Error(bootstrap.error);
  const { orders } = bootstrap.config as { readonly orders: string };
  const link = new HostileLink(bootstrap, await openLoopbackSocket());
  process.on("SIGUSR2", () => link.obey(JSON.parse(readFileSync(orders, "utf8")) as HostileOrders));
}

if (import.meta.main) await main();
