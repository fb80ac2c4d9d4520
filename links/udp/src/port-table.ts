/**
 * The neighbours of the star: configured ones, whose numbers stay as long as their key does, and provisional ones that
 * strangers made, of which there are few and not for long.
 */
import { randomInt } from "node:crypto";
import { type DatagramSource, formatEndpoint, type IpEndpoint, isIpv4Endpoint } from "@flor/host/datagram";
import { type Neighbour, neighbourToken, type NodeDoor, PortIndex } from "@flor/link-kit";
import { type Instant, RateBudget } from "@flor/machine";
import { FRAME_HEADER_OCTETS } from "@flor/wire";
import { EndpointMap } from "./endpoint-map.ts";
import { FRAME_MAX_OCTETS } from "./frame-limit.ts";
import { PathProbe } from "./path-probe.ts";
import { UdpPort } from "./udp-port.ts";

/** Strangers at once. */
export const PROVISIONAL_MAX = 64;
/** Strangers that the node does not adopt go after this time. */
export const PROVISIONAL_MS = 10_000;
/** After this silence the address that answers left from may be gone, or the wrong one: the routing table chooses again. */
const LOCAL_MS = 3000;
const STRANGERS_PER_SECOND = 32;
const STRANGERS_BURST = 64;
const NONCE_RANGE = 0x1_0000_0000;

/** What a path must at least carry: a segment's header and something in it. */
const IPV4_OVERHEAD = 28;
const IPV6_OVERHEAD = 48;

/** What the ports of one link have in common. */
export interface PortTableOptions {
  readonly node: NodeDoor;
  /** IP MTU of our interface. */
  readonly ipMtu: number;
  readonly segments: boolean;
  readonly isIpv4: boolean;
  /** A port is going: forget what belongs to it. */
  readonly handlePortGone: (port: UdpPort) => void;
}

/** The ports of one link. */
export class PortTable {
  readonly endpoints: EndpointMap = new EndpointMap();
  readonly #options: PortTableOptions;
  readonly #index = new PortIndex<UdpPort>();
  readonly #strangers = new RateBudget(STRANGERS_PER_SECOND, STRANGERS_BURST);

  constructor(options: PortTableOptions) {
    this.#options = options;
  }

  get all(): Iterable<UdpPort> {
    return this.#index.all;
  }

  get byNumber(): readonly (UdpPort | undefined)[] {
    return this.#index.byNumber;
  }

  /** The port of that key. */
  withKey(key: string): UdpPort | undefined {
    return this.#index.get(key);
  }

  /** Takes the node's whole list of neighbours. */
  setNeighbours(neighbours: readonly Neighbour[]): void {
    for (const port of this.#index.unwanted(neighbours)) this.#remove(port);
    for (const neighbour of neighbours) {
      const port = this.#adopt(neighbour) ?? this.#index.get(neighbour.key) ?? this.#create(neighbour.key);
      if (port === undefined) continue;
      this.#configure(port, neighbour);
      this.announce(port);
    }
  }

  /** Where a configured neighbour's frames go from now on. */
  move(port: UdpPort, endpoint: IpEndpoint): void {
    this.endpoints.move(port, endpoint);
    port.local = undefined;
    port.cut = "";
    port.isWayDisproven = false;
    port.path.restart(this.#options.ipMtu, overheadOf(endpoint));
    this.announce(port);
  }

  /** Tells the node why the neighbour is not reached; empty: nothing is known. */
  setProblem(port: UdpPort, problem: string): void {
    if (port.problem === problem) return;
    port.problem = problem;
    this.announce(port);
  }

  /** Nothing can be sent to the neighbour now, and why; empty: it can again. The node hears of it at once. */
  setCut(port: UdpPort, cut: string, now: Instant): void {
    if (port.cut === cut) return;
    this.#options.node.count(cut === "" ? "port-mended" : "port-cut");
    if (port.cut === "") port.cutAt = now;
    port.cut = cut;
    this.announce(port);
  }

  /** The neighbour whose frames carry this token, from wherever. */
  findByToken(high: number, low: number): UdpPort | undefined {
    return this.#index.findByToken(high, low);
  }

  /** Makes a port for a stranger, in place of the one that was silent for longest if need be; `undefined`: too many, too fast. */
  admitStranger(source: DatagramSource, now: Instant): UdpPort | undefined {
    if (!this.#strangers.take(1, now)) return undefined;
    const strangers = this.#index.strangers();
    if (strangers.length >= PROVISIONAL_MAX) {
      const oldest = strangers.reduce((one, other) => (other.heardAt < one.heardAt ? other : one));
      this.#remove(oldest);
    }
    const endpoint = source.toEndpoint();
    const port = this.#create(`udp:${formatEndpoint(endpoint)}`);
    if (port === undefined) return undefined;
    port.isProvisional = true;
    port.heardAt = now;
    this.move(port, endpoint);
    port.answerFrom(source.local);
    return port;
  }

  /** Forgets strangers that the node did not adopt, and which of our addresses a silent neighbour spoke to. */
  handleTimeout(now: Instant): void {
    for (const port of this.#index.all) {
      if (now - port.heardAt >= LOCAL_MS) port.local = undefined;
      if (port.isProvisional && now - port.heardAt >= PROVISIONAL_MS) this.#remove(port);
    }
  }

  /** Tells the node how the port is. */
  announce(port: UdpPort): void {
    const { node, segments } = this.#options;
    const segmentMtu = Math.max(FRAME_HEADER_OCTETS + 1, port.path.size);
    const problem = port.cut === "" ? port.problem : port.cut;
    port.mtu = segments ? Math.max(FRAME_MAX_OCTETS, segmentMtu) : segmentMtu;
    node.announce({
      port: port.number,
      key: port.key,
      up: port.endpoint !== undefined && port.cut === "",
      mtu: port.mtu,
      segmentMtu,
      address: port.endpoint === undefined ? port.address : formatEndpoint(port.endpoint),
      provisional: port.isProvisional,
      ...(problem !== "" && { problem }),
    });
  }

  #adopt(neighbour: Neighbour): UdpPort | undefined {
    return this.#index.adopt(neighbour, (former) => this.#remove(former));
  }

  #configure(port: UdpPort, neighbour: Neighbour): void {
    port.token = neighbourToken(neighbour);
    port.isProvisional = false;
    if (port.address === neighbour.address) return;
    port.address = neighbour.address;
    port.resolvedAt = -Infinity;
  }

  #create(key: string): UdpPort | undefined {
    const { node, ipMtu, isIpv4 } = this.#options;
    const overhead = isIpv4 ? IPV4_OVERHEAD : IPV6_OVERHEAD;
    const port = this.#index.add(
      (number) => new UdpPort(number, key, new PathProbe(ipMtu, overhead, () => randomInt(NONCE_RANGE))),
    );
    if (port === undefined) node.count("drop.ports-full");
    return port;
  }

  #remove(port: UdpPort): void {
    this.endpoints.move(port, undefined);
    this.#index.remove(port);
    this.#options.handlePortGone(port);
    this.#options.node.withdraw(port.number);
  }
}

/** Octets of IP and UDP header toward `endpoint`. */
export function overheadOf(endpoint: IpEndpoint): number {
  return isIpv4Endpoint(endpoint) ? IPV4_OVERHEAD : IPV6_OVERHEAD;
}
