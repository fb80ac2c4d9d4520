/** A node's door and a wire in memory, so that unit tests see every frame and every datagram. */
import {
  DatagramSource,
  endpointOf,
  type IpEndpoint,
  type SendOutcome,
  type WireCounters,
  type WireSocket,
} from "@flor/host/datagram";
import type { LogLevel, NodeDoor, PortAnnouncement } from "@flor/link-kit";
import { FRAME_DATA, FRAME_HEADER_OCTETS, frameEnd, type Token, viewOf, writeFrameHeader } from "@flor/wire";

/** An endpoint of a literal address. */
export function endpoint(host: string, port = 4600): IpEndpoint {
  const made = endpointOf(host, port);
  if (made === undefined) throw new Error(`${host} is no address`);
  return made;
}

/** A data frame. */
export function frame(port: number, token: Token, content: Uint8Array): Uint8Array {
  const octets = new Uint8Array(FRAME_HEADER_OCTETS + content.length);
  writeFrameHeader(viewOf(octets), 0, { type: FRAME_DATA, flags: 0, length: content.length, port, token });
  octets.set(content, FRAME_HEADER_OCTETS);
  return octets;
}

/** Keeps what a link tells its node. */
export class MemoryNode implements NodeDoor {
  readonly stateDirectory = undefined;
  runLimit = 61_432;
  /** Whether the node has credit for us. */
  canReceive = true;
  readonly ports: Map<number, PortAnnouncement> = new Map();
  readonly counts: Map<string, number> = new Map();
  readonly tooBigs: { port: number; mtu: number; octets: number }[] = [];
  /** Frames as received, whole. */
  readonly frames: Uint8Array[] = [];
  /** Times that frames were handed up. */
  runs = 0;

  announce(port: PortAnnouncement): void {
    this.ports.set(port.port, port);
  }

  withdraw(port: number): void {
    this.ports.delete(port);
  }

  setAddresses(): void {}
  receive(): boolean {
    throw new Error("the udp link passes frames in place");
  }

  receiveInPlace(octets: Uint8Array, offset: number, end: number): boolean {
    if (!this.canReceive) return false;
    if (offset < 8 || end - offset > this.runLimit)
      throw new Error(`no room for a token, or too long: [${offset}, ${end})`);
    this.runs += 1;
    // The kit writes the session token here.
    octets.fill(0xee, offset - 8, offset);
    const view = viewOf(octets);
    for (let at = offset; at < end;) {
      const next = frameEnd(view, at, end);
      if (next === 0) throw new Error("a run is not made of whole frames");
      this.frames.push(octets.slice(at, next));
      at = next;
    }
    return true;
  }

  flush(): void {}

  tooBig(port: number, mtu: number, octets: number): void {
    this.tooBigs.push({ port, mtu, octets });
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  log(_level: LogLevel, _message: string): void {}

  stop(_exitCode: number, reason: string): void {
    throw new Error(reason);
  }
}

/** Keeps what is sent as datagrams, and receives what a test hands it. */
export class MemoryWire implements WireSocket {
  readonly local: IpEndpoint = endpoint("192.0.2.1");
  readonly receiveBufferOctets = 4_194_304;
  readonly usesFfi = true;
  readonly usesSegmentation = true;
  canPause = true;
  readonly source: DatagramSource = new DatagramSource();
  readonly counters = {} as WireCounters;
  onDatagram: (octets: Uint8Array, offset: number, end: number) => number = (_octets, _offset, end) => end;
  onBurstEnd: () => void = () => {};
  onError: (code: string) => void = () => {};
  onPathError: (code: string, to: IpEndpoint) => void = () => {};
  /** Datagrams in the order they were sent. */
  readonly datagrams: { to: IpEndpoint; octets: Uint8Array }[] = [];
  /** Calls of `send`. */
  sends = 0;
  /** Datagrams longer than this are refused, as an interface does. */
  limit = 65_507;
  mtu: number | undefined;
  /** Whether the kernel has a way to anywhere. */
  hasRoute = true;
  #gathered: number[] = [];

  resume(): void {}

  gather(octets: Uint8Array, offset: number, length: number): void {
    if (length < 0 || offset + length > octets.length)
      throw new Error(`[${offset}, +${length}) is not within the octets`);
    this.#gathered.push(...octets.subarray(offset, offset + length));
  }

  send(to: IpEndpoint, datagramOctets: number): SendOutcome {
    const octets = Uint8Array.from(this.#gathered.splice(0));
    if (octets.length > 65_507 || octets.length > 64 * datagramOctets) throw new Error("more than one send takes");
    if (Math.min(octets.length, datagramOctets) > this.limit) return "too-long";
    if (!this.hasRoute) return "no-route";
    this.sends += 1;
    for (let at = 0; at < octets.length; at += datagramOctets)
      this.datagrams.push({ to, octets: octets.slice(at, at + datagramOctets) });
    return "sent";
  }

  pathMtu(): number | undefined {
    return this.mtu;
  }

  close(): void {}

  /** Hands `octets` to the link as if they came from `from`; returns how many it took. */
  receive(from: IpEndpoint, octets: Uint8Array): number {
    const buffer = new Uint8Array(8 + octets.length);
    buffer.set(octets, 8);
    this.source.setHost(from.host, from.port);
    return this.onDatagram(buffer, 8, buffer.length) - 8;
  }
}
