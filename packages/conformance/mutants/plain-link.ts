/**
 * A correct link, made to be broken: every step from Flor IO to the wire is a method that a mutant overrides. One UDP
 * socket; a neighbour is its address; a frame is a datagram.
 */
import { randomFillSync } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { createLinkEnd, decodeBootstrap, type Bootstrap, type FlorIoEnd, type Neighbour } from "@flor/io";
import { decodeEnvelope, FRAME_HEADER_OCTETS, frameEnd, frameField, SESSION_TOKEN_OCTETS, viewOf } from "@flor/wire";

const BUFFER_OCTETS = 1024 * 1024;

export class PlainLink {
  /** Octets of the longest frame, as declared. */
  mtu = 1400;
  /** Octets of the longest frame that goes. */
  carriedMtu = 1400;
  isOrdered = false;
  capabilities: readonly string[] = ["stats"];
  bootstrap!: Bootstrap;
  end!: FlorIoEnd;
  flor!: Socket;
  wire!: Socket;
  /** Neighbours by port, and ports by address. */
  readonly neighbours: Map<number, Neighbour> = new Map();

  /** From the bootstrap line to the exit. */
  async run(): Promise<void> {
    if (process.argv.includes("--flor-io-describe")) return this.describe();
    if (process.env["FLOR_IO"] !== "1") return this.exit(64, "a node starts this link");
    const bootstrap = decodeBootstrap(await firstLine());
    if ("error" in bootstrap) return this.exit(64, bootstrap.error);
    this.bootstrap = bootstrap;
    this.watchLifeline();
    const listen = this.parseConfig();
    if (listen === undefined) return this.exit(78, "listen: expected 127.0.0.1:PORT");
    this.wire = await bound("127.0.0.1", listen);
    this.wire.on("message", (datagram, { port }) => this.fromWire(datagram, `127.0.0.1:${port}`));
    this.flor = await this.openFlorSocket();
    this.flor.on("message", (datagram) => this.fromNode(datagram));
    this.flor.on("error", () => {});
    this.end = this.createEnd();
    this.serve();
  }

  describe(): void {
    process.stdout.write(JSON.stringify({ name: "plain", version: "1", flor_io: [1], caps: ["stats"] }));
  }

  /** The port to listen on, or `undefined`. */
  parseConfig(): number | undefined {
    const { listen, ...others } = this.bootstrap.config as Record<string, unknown>;
    const port = /^127\.0\.0\.1:(\d+)$/.exec(String(listen))?.[1];
    if (Object.keys(others).length > 0) this.exit(78, `unknown keys: ${Object.keys(others).join(", ")}`);
    return port === undefined ? undefined : Number(port);
  }

  watchLifeline(): void {
    process.stdin.once("end", () => this.exit(0, "the node is gone"));
    process.once("SIGTERM", () => this.exit(0, "SIGTERM"));
    process.on("SIGINT", () => {});
    setInterval(() => {
      if (process.ppid !== this.bootstrap.parentPid) this.exit(0, "the node is gone");
    }, 1000);
  }

  async openFlorSocket(): Promise<Socket> {
    const socket = await bound("127.0.0.1", 0);
    await new Promise<void>((resolve) => socket.connect(this.bootstrap.nodePort, "127.0.0.1", resolve));
    return socket;
  }

  createEnd(): FlorIoEnd {
    const { secret, deadlineMs } = this.bootstrap;
    return createLinkEnd(
      {
        transmit: (octets, offset, length) => this.toNode(octets.slice(offset, offset + length)),
        sink: { handleFrames: (octets, view, offset, end) => this.handleFrames(octets, view, offset, end) },
        secret,
        receiveBufferOctets: this.flor.getRecvBufferSize(),
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: this.capabilities,
        deadlineMs,
        program: "plain",
        programVersion: "1",
        pid: process.pid,
        counters: () => [{ name: "drop.frames", value: this.dropped }],
      },
      performance.now(),
    );
  }

  /** A datagram of the node's. */
  fromNode(datagram: Uint8Array): void {
    this.end.handleReceive(datagram, datagram.length, performance.now());
    this.serve();
  }

  /** A datagram for the node. */
  toNode(datagram: Uint8Array): void {
    this.flor.send(datagram, () => {});
  }

  /** Frames of the node's, each to its port. */
  handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    for (let at = offset; at < end;) {
      const next = frameEnd(view, at, end);
      this.handleFrame(octets.slice(at, next), view.getUint16(at + frameField.port));
      at = next;
    }
  }

  handleFrame(frame: Uint8Array, port: number): void {
    const neighbour = this.neighbours.get(port);
    if (neighbour === undefined) return void (this.dropped += 1);
    if (frame.length > this.carriedMtu) return this.dropTooBig(frame, port);
    this.toWire(frame, neighbour.address);
  }

  dropTooBig(frame: Uint8Array, port: number): void {
    this.dropped += 1;
    const second = Math.floor(performance.now() / 1000);
    if (this.tooBig.second !== second) this.tooBig = { second, said: 0 };
    this.tooBig.said += 1;
    if (this.tooBig.said <= 10) this.end.sendTooBig(port, this.mtu, frame.length);
  }

  toWire(frame: Uint8Array, address: string): void {
    viewOf(frame).setUint16(frameField.port, 0);
    this.wire.send(frame, Number(address.split(":")[1]), "127.0.0.1", () => {});
  }

  fromWire(frame: Uint8Array, address: string): void {
    const [port] = [...this.neighbours].find(([, neighbour]) => neighbour.address === address) ?? [];
    const isWhole = frame.length >= FRAME_HEADER_OCTETS && frameEnd(viewOf(frame), 0, frame.length) === frame.length;
    if (port === undefined || !isWhole || frame[0] !== 0x10) return void (this.dropped += 1);
    this.upward(frame, port);
  }

  /** A frame for the node. */
  upward(frame: Uint8Array, port: number): void {
    viewOf(frame).setUint16(frameField.port, port);
    if (!this.end.send(frame, 0, frame.length)) this.dropped += 1;
    this.end.flush();
  }

  setNeighbours(neighbours: readonly Neighbour[]): void {
    const wanted = new Set(neighbours.map(({ key }) => key));
    for (const [port, { key }] of this.neighbours) if (!wanted.has(key)) this.neighbours.delete(port);
    const known = new Map([...this.neighbours].map(([port, { key }]) => [key, port]));
    for (const one of neighbours)
      this.neighbours.set(known.get(one.key) ?? Math.max(0, ...this.neighbours.keys()) + 1, one);
    this.announce();
  }

  announce(): void {
    const { mtu, isOrdered: ordered } = this;
    const ports = [...this.neighbours].map(([port, { key, address }]) => ({
      port,
      key,
      address,
      up: true,
      mtu,
      ordered,
    }));
    this.end.setPorts(ports, performance.now());
  }

  handleReady(): void {}

  exit(code: number, reason: string): void {
    this.end?.close(reason);
    process.stderr.write(`${reason}\n`);
    process.exit(code);
  }

  dropped = 0;
  tooBig = { second: 0, said: 0 };
  timer: NodeJS.Timeout | undefined;

  /** Events and timers of the link's end. */
  serve(): void {
    const now = performance.now();
    if ((this.end.nextTimeout() ?? Infinity) <= now) this.end.handleTimeout(now);
    for (let event = this.end.pollEvent(); event !== undefined; event = this.end.pollEvent()) {
      if (event.type === "ready") this.handleReady();
      if (event.type === "neighbours") this.setNeighbours(event.neighbours);
      if (event.type === "bye") this.exit(0, event.reason);
      if (event.type === "rejected") this.exit(event.code === 3 ? 75 : 78, event.text);
      if (event.type === "dead") this.exit(75, `the node is silent: ${event.reason}`);
    }
    clearTimeout(this.timer);
    const next = this.end.nextTimeout();
    if (next !== undefined) this.timer = setTimeout(() => this.serve(), Math.max(1, next - now));
  }
}

/** The envelope of a datagram with one control frame; `undefined`: it is none. */
export function envelopeOf(datagram: Uint8Array): ReturnType<typeof decodeEnvelope> {
  const start = SESSION_TOKEN_OCTETS + FRAME_HEADER_OCTETS;
  return datagram[SESSION_TOKEN_OCTETS] === 0x20 ? decodeEnvelope(datagram.subarray(start)) : undefined;
}

/** Whether a datagram belongs to the handshake: the zero token. */
export function isHandshake(datagram: Uint8Array): boolean {
  return datagram.subarray(0, SESSION_TOKEN_OCTETS).every((octet) => octet === 0);
}

/** A UDP socket of nobody else's. */
export async function bound(address: string, port: number, options: { reuseAddr?: boolean } = {}): Promise<Socket> {
  const socket = createSocket({ type: "udp4", recvBufferSize: BUFFER_OCTETS, ...options });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject).bind({ address, port, exclusive: true }, resolve);
  });
  socket.removeAllListeners("error").on("error", () => {});
  return socket;
}

async function firstLine(): Promise<string> {
  let text = "";
  for (;;) {
    const chunk = await new Promise<Buffer | undefined>((resolve) => {
      const end = (): void => resolve(undefined);
      process.stdin.once("end", end).once("data", (octets: Buffer) => {
        process.stdin.off("end", end);
        resolve(octets);
      });
    });
    if (chunk === undefined) process.exit(0);
    text += chunk.toString();
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
  }
}
