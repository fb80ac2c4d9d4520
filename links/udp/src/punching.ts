/**
 * Neighbours behind NATs: probes to all places where one may be, until an answer shows which of them carries
 * (packages/reach). Probes carry the token that the neighbour chose, so they are its own wherever they come from.
 */
import { randomInt } from "node:crypto";
import {
  type DatagramSource,
  endpointOf,
  formatEndpoint,
  type IpEndpoint,
  isIpv4Endpoint,
  type LocalAddress,
  type WireSocket,
} from "@flor/host/datagram";
import { type Neighbour, type NodeDoor, splitAddress } from "@flor/link-kit";
import { type Instant, RateBudget } from "@flor/machine";
import { addressOf, Punch, scopeOf } from "@flor/reach";
import { frameField, tokenFrom, viewOf, writeToken } from "@flor/wire";
import type { PortTable } from "./port-table.ts";
import { PROBE_OCTETS, PUNCH, PUNCH_ANSWER, segmentField, writeProbe } from "./segment.ts";
import type { UdpPort } from "./udp-port.ts";

/** Probes sent a second over all neighbours, and at once: 16 addresses of 60 neighbours that begin together. */
const PROBES_PER_SECOND = 500;
const PROBES_AT_ONCE = 1000;
const NONCE_RANGE = 0x1_0000_0000;

/** Finds the neighbours that the node gave candidates for. */
export class Punching {
  readonly #node: NodeDoor;
  readonly #socket: WireSocket;
  readonly #ports: PortTable;
  readonly #isIpv4: boolean;
  readonly #budget = new RateBudget(PROBES_PER_SECOND, PROBES_AT_ONCE);
  readonly #octets = new Uint8Array(PROBE_OCTETS);
  readonly #view = viewOf(this.#octets);
  /** Some neighbour has candidates. */
  #isUsed = false;

  /** @param isIpv4 the socket takes IPv4 alone */
  constructor(node: NodeDoor, socket: WireSocket, ports: PortTable, isIpv4: boolean) {
    this.#node = node;
    this.#socket = socket;
    this.#ports = ports;
    this.#isIpv4 = isIpv4;
  }

  /** Takes the node's whole list, whose ports the table has by now. */
  setNeighbours(neighbours: readonly Neighbour[], now: Instant): void {
    this.#isUsed = neighbours.some(({ candidates }) => candidates !== undefined);
    for (const neighbour of neighbours) {
      const port = this.#ports.withKey(neighbour.key);
      if (port !== undefined) this.#configure(port, neighbour, now);
    }
  }

  /** Takes the probe or answer at `at`, which came from `source`; nobody else's is answered. */
  handleProbe(view: DataView, at: number, source: DatagramSource, now: Instant): void {
    const port = this.#ports.findByToken(
      view.getUint32(at + frameField.tokenHigh),
      view.getUint32(at + frameField.tokenLow),
    );
    const endpoint = source.toEndpoint();
    const from = formatEndpoint(endpoint);
    if (port?.punch === undefined || !isAllowed(from)) return this.#node.count("drop.punch-unknown");
    const nonce = view.getUint32(at + segmentField.slice);
    if (view.getUint16(at + segmentField.offset) === PUNCH_ANSWER) {
      if (port.punch.handleAnswer(from, nonce, now)) this.#choose(port, endpoint, source.local, now);
    } else if (port.punch.handleProbe(from, now)) this.#send(port, PUNCH_ANSWER, nonce, endpoint, source.local);
    else this.#node.count("drop.punch-flood");
    this.#transmit(port, now);
  }

  /** The neighbour whose probes came from there; frames without a token are its own too. */
  portAt(source: DatagramSource, now: Instant): UdpPort | undefined {
    if (!this.#isUsed) return undefined;
    const from = formatEndpoint(source.toEndpoint());
    for (const port of this.#ports.all) if (port.punch?.isFrom(from, now) === true) return port;
    return undefined;
  }

  /** Sends what is due. */
  handleTimeout(now: Instant): void {
    if (!this.#isUsed) return;
    for (const port of this.#ports.all) {
      if (port.punch === undefined || (port.punch.nextTimeout() ?? Infinity) > now) continue;
      port.punch.handleTimeout(now);
      this.#transmit(port, now);
    }
  }

  #configure(port: UdpPort, { candidates, candidateToken, round = 0 }: Neighbour, now: Instant): void {
    if (candidates === undefined || candidateToken === undefined) {
      port.punch = undefined;
      return;
    }
    port.candidateToken = tokenFrom(candidateToken);
    if (port.punch !== undefined && port.punchRound === round) return;
    port.punch ??= new Punch(() => randomInt(NONCE_RANGE));
    port.punchRound = round;
    const allowed = candidates.filter((text) => isAllowed(text) && (!this.#isIpv4 || !text.startsWith("[")));
    port.punch.begin(allowed, now);
    this.#transmit(port, now);
  }

  #choose(port: UdpPort, endpoint: IpEndpoint, local: LocalAddress | undefined, now: Instant): void {
    this.#node.count("punched");
    port.heardAt = now;
    port.provenAt = now;
    this.#ports.move(port, endpoint);
    port.answerFrom(local);
  }

  #transmit(port: UdpPort, now: Instant): void {
    for (let probe = port.punch?.pollTransmit(); probe !== undefined; probe = port.punch?.pollTransmit()) {
      const split = splitAddress(probe.to);
      const endpoint = split && endpointOf(split.host, split.port);
      if (endpoint === undefined) continue;
      if (this.#budget.take(1, now)) this.#send(port, PUNCH, probe.nonce, endpoint, undefined);
      else this.#node.count("drop.punch-budget");
    }
  }

  #send(
    port: UdpPort,
    kind: typeof PUNCH | typeof PUNCH_ANSWER,
    nonce: number,
    to: IpEndpoint,
    from: LocalAddress | undefined,
  ): void {
    if (port.candidateToken === undefined || (this.#isIpv4 && !isIpv4Endpoint(to))) return;
    writeProbe(this.#view, kind, nonce, PROBE_OCTETS);
    writeToken(this.#view, frameField.tokenHigh, port.candidateToken);
    this.#socket.gather(this.#octets, 0, PROBE_OCTETS);
    // An address that the system refuses is one that does not answer.
    this.#socket.send(to, PROBE_OCTETS, from);
  }
}

/** Whether probes may go there: the node has looked at it already, and this is the last place before the wire. */
function isAllowed(text: string): boolean {
  const address = addressOf(text);
  return address !== undefined && scopeOf(address.octets) !== "refused";
}
