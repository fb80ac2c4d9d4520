/**
 * Frames from the wire to the node, in the order a datagram passes the functions:
 *
 *   wire ─▶ handleDatagram ─▶ whose? ─ known ─────────────────┐
 *                                  └ token ▶ roam ────────────┤
 *                                  └ no token ▶ provisional ──┤
 *                                  └ else dropped             ▼
 *            run of data frames: stamped ─ long ──▶ in place ──▶ node
 *                                        └ short ─▶ bundle ──▶ node, at the end of the turn
 *            segment ─▶ reassembly ─▶ bundle
 *            probe ─▶ echo
 *            punch ─▶ answer, whatever the sender, if its token belongs to one of our ports
 */
import type { NodeDoor } from "@flor/link-kit";
import type { WireSocket } from "@flor/host/datagram";
import type { Instant } from "@flor/machine";
import { FRAME_DATA, FRAME_HEADER_OCTETS, FRAME_SEGMENT, frameEnd, frameField, viewOf } from "@flor/wire";
import type { PortTable } from "./port-table.ts";
import type { Punching } from "./punching.ts";
import type { Probing } from "./probing.ts";
import type { Reassembly } from "./reassembly.ts";
import { PROBE_OCTETS, PUNCH, segmentField } from "./segment.ts";
import type { UdpPort } from "./udp-port.ts";
import type { UpwardBundle } from "./upward-bundle.ts";
import type { Ways } from "./ways.ts";

/** A run at least this long goes from where it is: a call to the kernel costs as much as copying it. */
const IN_PLACE_OCTETS = 8192;
/**
 * A neighbour's frames are taken from any address, but answers follow only when the old address fell silent: who
 * replays a frame from elsewhere gains nothing while the neighbour speaks. Its hellos are 225 to 300 ms apart: the second
 * one from a new address is later than this, and the third may be too late for who counts the silence of the answers.
 */
const ROAM_SILENCE_MS = 400;
/** A neighbour that is heard again after this may have moved: its path is searched again. */
const RETURN_SILENCE_MS = 3000;

/** A stranger's first frame is a QUIC packet of 1200 octets with little around it; it may come in segments. */
const INTRODUCTION_MAX_OCTETS = 1280;

/** What frames pass on their way in. */
export interface WireReceiverOptions {
  readonly node: NodeDoor;
  readonly socket: WireSocket;
  readonly ports: PortTable;
  readonly bundle: UpwardBundle;
  readonly reassembly: Reassembly;
  readonly probing: Probing;
  readonly punching: Punching;
  readonly ways: Pick<Ways, "handleHeard">;
  readonly now: () => Instant;
}

/** Takes what the wire brings. */
export class WireReceiver {
  readonly #options: WireReceiverOptions;
  readonly #views = new WeakMap<Uint8Array, DataView>();

  constructor(options: WireReceiverOptions) {
    this.#options = options;
  }

  /** Takes `octets[offset, end)` of one source. Returns how far it got: less than `end` when the node takes no more. */
  handleDatagram(octets: Uint8Array, offset: number, end: number): number {
    const view = this.#viewOf(octets);
    const now = this.#options.now();
    if (frameEnd(view, offset, end) === 0) return this.#drop("drop.malformed", end);
    if (isPunch(view, offset, end)) {
      this.#options.punching.handleProbe(view, offset, this.#options.socket.source, now);
      return end;
    }
    const port = this.#findPort(view, offset, now);
    if (port === undefined) return end;
    let at = offset;
    while (at < end) {
      const next = frameEnd(view, at, end);
      if (next === 0) return this.#drop("drop.malformed", end);
      const taken = this.#handleAt(port, octets, view, { at, next, end, now });
      if (taken < next) return this.#handleNoCredit(taken, end);
      at = taken;
    }
    return end;
  }

  /** Hands what is gathered to the node: everything that arrived for now is here. */
  flush(): void {
    const { reassembly, bundle, now } = this.#options;
    if (bundle.isEmpty) return;
    reassembly.park(now());
    bundle.flush();
  }

  #findPort(view: DataView, at: number, now: Instant): UdpPort | undefined {
    const { socket, ports } = this.#options;
    const high = view.getUint32(at + frameField.tokenHigh);
    const low = view.getUint32(at + frameField.tokenLow);
    const known = ports.endpoints.find(socket.source);
    if (known !== undefined && (low === known.token?.low || (low | high) === 0))
      return this.#hear(known, now, (low | high) !== 0);
    if ((low | high) !== 0) {
      const bearer = ports.findByToken(high, low);
      if (bearer !== undefined) return this.#roam(bearer, now);
    }
    if (known !== undefined) return this.#hear(known, now, false);
    if ((low | high) !== 0) return this.#drop("drop.stranger", undefined);
    // A neighbour whose way to us is open has no token before its control connection stands.
    return this.#options.punching.portAt(socket.source, now) ?? this.#admit(view, at, now);
  }

  #hear(port: UdpPort, now: Instant, hasToken: boolean): UdpPort {
    if (now - port.heardAt > RETURN_SILENCE_MS) port.path.search();
    port.heardAt = now;
    if (hasToken) port.provenAt = now;
    if (port.cut !== "" && (hasToken || port.token === undefined)) this.#options.ways.handleHeard(port, now);
    // Without the token anybody may have sent it: believed while nothing better comes.
    if (hasToken || now - port.provenAt > ROAM_SILENCE_MS) port.answerFrom(this.#options.socket.source.local);
    return port;
  }

  #roam(port: UdpPort, now: Instant): UdpPort {
    const { node, ports, socket } = this.#options;
    if (port.endpoint !== undefined && now - port.heardAt < ROAM_SILENCE_MS) return port;
    port.heardAt = now;
    port.provenAt = now;
    ports.move(port, socket.source.toEndpoint());
    port.answerFrom(socket.source.local);
    node.count("roamed");
    return port;
  }

  #admit(view: DataView, at: number, now: Instant): UdpPort | undefined {
    const { node, ports, socket } = this.#options;
    if (!mayIntroduce(view, at)) return this.#drop("drop.stranger", undefined);
    const port = ports.admitStranger(socket.source, now);
    if (port === undefined) return this.#drop("drop.strangers-full", undefined);
    // The node must know of the port before the frame that made it.
    node.flush();
    return port;
  }

  #handleAt(port: UdpPort, octets: Uint8Array, view: DataView, frame: FrameAt): number {
    const { at, next, now } = frame;
    const type = view.getUint8(at);
    if (type === FRAME_DATA) return this.#handleRun(port, octets, view, frame);
    if (type !== FRAME_SEGMENT) return this.#drop("drop.unknown-type", next);
    if (next - at >= PROBE_OCTETS && view.getUint16(at + segmentField.total) === 0) {
      this.#options.probing.handleProbe(port, view, at, next, now);
      return next;
    }
    return this.#options.reassembly.handleSegment(port, octets, view, at, next, now) ? next : at;
  }

  /** Stamps data frames from `at` as far as there are any, and passes them on. */
  #handleRun(port: UdpPort, octets: Uint8Array, view: DataView, frame: FrameAt): number {
    const { at, end } = frame;
    const limit = this.#options.node.runLimit;
    let runEnd = at;
    let next = frame.next;
    while (next !== 0 && (next - at <= limit || runEnd === at) && view.getUint8(runEnd) === FRAME_DATA) {
      view.setUint32(runEnd + frameField.port, (port.number << 16) >>> 0);
      runEnd = next;
      next = frameEnd(view, runEnd, end);
    }
    const isTaken =
      runEnd - at >= IN_PLACE_OCTETS
        ? this.#passInPlace(octets, at, runEnd, frame.now)
        : this.#copy(octets, at, runEnd, frame.now);
    return isTaken ? runEnd : at;
  }

  #passInPlace(octets: Uint8Array, at: number, end: number, now: Instant): boolean {
    const { node, bundle, reassembly } = this.#options;
    // What came before goes before.
    if (!bundle.isEmpty) reassembly.park(now);
    return bundle.flush() && node.receiveInPlace(octets, at, end);
  }

  #copy(octets: Uint8Array, at: number, end: number, now: Instant): boolean {
    const { bundle, reassembly } = this.#options;
    reassembly.park(now);
    if (!bundle.reserve(end - at)) return false;
    bundle.octets.set(octets.subarray(at, end), bundle.end);
    bundle.commit(end - at);
    return true;
  }

  #handleNoCredit(taken: number, end: number): number {
    if (this.#options.socket.canPause) return taken;
    return this.#drop("drop.no-credit", end);
  }

  #drop<Result>(reason: string, result: Result): Result {
    this.#options.node.count(reason);
    return result;
  }

  #viewOf(octets: Uint8Array): DataView {
    let view = this.#views.get(octets);
    if (view === undefined) {
      view = viewOf(octets);
      this.#views.set(octets, view);
    }
    return view;
  }
}

/** Whether the datagram is a probe of a neighbour that may be behind a NAT, or the answer to one. */
function isPunch(view: DataView, at: number, end: number): boolean {
  if (view.getUint8(at) !== FRAME_SEGMENT || end - at < PROBE_OCTETS) return false;
  return view.getUint16(at + segmentField.total) === 0 && view.getUint16(at + segmentField.offset) >= PUNCH;
}

/** Whether a stranger may come with the frame at `at`: a data frame, or the segment of one that holds no more than a handshake. */
function mayIntroduce(view: DataView, at: number): boolean {
  const length = view.getUint16(at + frameField.length);
  if (view.getUint8(at) === FRAME_DATA) return length > 0;
  if (view.getUint8(at) !== FRAME_SEGMENT || FRAME_HEADER_OCTETS + length <= segmentField.slice) return false;
  const total = view.getUint16(at + segmentField.total);
  return total > 0 && total <= INTRODUCTION_MAX_OCTETS;
}

/** The frame `[at, next)` of a datagram that ends at `end`. */
interface FrameAt {
  readonly at: number;
  readonly next: number;
  readonly end: number;
  readonly now: Instant;
}
