/**
 * Frames from the node to the wire, in the order a frame passes the functions:
 *
 *   handleFrames ─▶ find its port ─▶ fits ─────▶ gatherFrame ────┐
 *                                └─▶ too long ─▶ gatherSegments ─┴▶ sendGathered ─▶ wire
 *
 * What is gathered are pieces of the node's bundle, for one neighbour, in datagrams of one size: one call to the
 * kernel sends up to 64 of them. Nothing is copied, nothing awaits, and nothing stays when `handleFrames` returns.
 */
import { SEND_DATAGRAMS_MAX, SEND_OCTETS_MAX, type WireSocket } from "@flor/host/datagram";
import type { NodeDoor } from "@flor/link-kit";
import { FRAME_HEADER_OCTETS, frameField, viewOf } from "@flor/wire";
import { overheadOf, type PortTable } from "./port-table.ts";
import { planSegments, SEGMENT_HEADER_OCTETS, writeSegmentHeader } from "./segment.ts";
import type { UdpPort } from "./udp-port.ts";
import type { Ways } from "./ways.ts";

/** What frames pass on their way out. */
export interface WireSenderOptions {
  readonly node: NodeDoor;
  readonly socket: WireSocket;
  readonly ports: PortTable;
  readonly ways: Pick<Ways, "handleNoRoute">;
  /** Frames longer than the path are cut. */
  readonly segments: boolean;
}

/** Sends the node's frames. */
export class WireSender {
  readonly #node: NodeDoor;
  readonly #socket: WireSocket;
  readonly #ports: PortTable;
  readonly #ways: WireSenderOptions["ways"];
  readonly #segments: boolean;
  readonly #headers = new Uint8Array(SEND_DATAGRAMS_MAX * SEGMENT_HEADER_OCTETS);
  readonly #headerView = viewOf(this.#headers);
  readonly #padding = new Uint8Array(SEND_DATAGRAMS_MAX);
  // What is gathered: datagrams of #datagramOctets each, unless #isLast says that a shorter one ends the send.
  #port: UdpPort | undefined;
  #datagrams = 0;
  #datagramOctets = 0;
  #isLast = false;

  constructor({ node, socket, ports, ways, segments }: WireSenderOptions) {
    this.#node = node;
    this.#socket = socket;
    this.#ports = ports;
    this.#ways = ways;
    this.#segments = segments;
  }

  /** Sends a run of whole data frames, each to the port in its header. */
  handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    let next = offset;
    for (let at = offset; at < end; at = next) {
      next = at + FRAME_HEADER_OCTETS + view.getUint16(at + frameField.length);
      const port = this.#ports.byNumber[view.getUint16(at + frameField.port)];
      if (port?.endpoint === undefined) this.#node.count(port === undefined ? "drop.unknown-port" : "drop.no-address");
      else if (next - at <= this.#wholeOctets(port)) this.#gatherFrame(port, octets, view, at, next);
      else if (this.#segments && next - at <= port.mtu) this.#gatherSegments(port, octets, view, at, next);
      else this.#dropTooBig(port, next - at);
    }
    this.#sendGathered();
  }

  #gatherFrame(port: UdpPort, octets: Uint8Array, view: DataView, at: number, end: number): void {
    // The port is ours alone: zero on the wire.
    view.setUint32(at + frameField.port, 0);
    const length = end - at;
    if (!this.#continues(port, length, 1)) this.#begin(port, length);
    this.#socket.gather(octets, at, length);
    this.#datagrams += 1;
    this.#isLast = length < this.#datagramOctets;
  }

  #gatherSegments(port: UdpPort, octets: Uint8Array, view: DataView, at: number, end: number): void {
    const content = end - at - FRAME_HEADER_OCTETS;
    const { count, sliceOctets } = planSegments(content, port.path.certainSize);
    const segmentOctets = SEGMENT_HEADER_OCTETS + sliceOctets;
    if (!this.#continues(port, segmentOctets, count)) this.#begin(port, segmentOctets);
    port.segmentId = (port.segmentId + 1) & 0xffff;
    const frame = { view, at, id: port.segmentId };
    for (let offset = 0; offset < content; offset += sliceOctets) {
      const slice = Math.min(sliceOctets, content - offset);
      // A send takes 64 datagrams: a frame of more goes in several.
      if (!this.#continues(port, segmentOctets, 1)) this.#begin(port, segmentOctets);
      const header = this.#datagrams * SEGMENT_HEADER_OCTETS;
      writeSegmentHeader(this.#headerView, header, frame, { offset, octets: sliceOctets });
      this.#socket.gather(this.#headers, header, SEGMENT_HEADER_OCTETS);
      this.#socket.gather(octets, at + FRAME_HEADER_OCTETS + offset, slice);
      if (slice < sliceOctets) this.#socket.gather(this.#padding, 0, sliceOctets - slice);
      this.#datagrams += 1;
    }
  }

  /** The longest frame that goes as it is. */
  #wholeOctets(port: UdpPort): number {
    return this.#segments ? port.path.certainSize : port.path.size;
  }

  #dropTooBig(port: UdpPort, length: number): void {
    this.#node.count("drop.too-big");
    this.#node.tooBig(port.number, port.mtu, length);
  }

  /** Whether `count` datagrams of `octets` may follow what is gathered. */
  #continues(port: UdpPort, octets: number, count: number): boolean {
    return (
      port === this.#port &&
      !this.#isLast &&
      (octets === this.#datagramOctets || (count === 1 && octets < this.#datagramOctets)) &&
      this.#datagrams + count <= SEND_DATAGRAMS_MAX &&
      (this.#datagrams + count) * this.#datagramOctets <= SEND_OCTETS_MAX
    );
  }

  #begin(port: UdpPort, datagramOctets: number): void {
    this.#sendGathered();
    this.#port = port;
    this.#datagramOctets = datagramOctets;
  }

  #sendGathered(): void {
    const port = this.#port;
    if (port?.endpoint === undefined || this.#datagrams === 0) return;
    const outcome = this.#socket.send(port.endpoint, this.#datagramOctets, port.local);
    if (outcome === "too-long") this.#handleTooLong(port);
    else if (outcome === "no-route") this.#ways.handleNoRoute(port);
    if (outcome !== "sent") this.#node.count(`drop.send-${outcome}`, this.#datagrams);
    this.#port = undefined;
    this.#datagrams = 0;
    this.#isLast = false;
  }

  /** The path is shorter than was thought: the next frames are cut to what it takes. */
  #handleTooLong(port: UdpPort): void {
    if (port.endpoint === undefined) return;
    const mtu = this.#socket.pathMtu(port.endpoint);
    const octets = mtu === undefined ? undefined : mtu - overheadOf(port.endpoint);
    // A kernel that refuses less than it names names something else.
    if (!port.path.handleTooLong(octets) && octets !== undefined) port.path.handleTooLong(undefined);
    this.#node.count("path-mtu-lowered");
    this.#ports.announce(port);
  }
}
