import type { Neighbour } from "@flor/link-kit";
import { viewOf } from "@flor/wire";
import { WireReceiver } from "./wire-receiver.ts";
import { endpoint, MemoryNode, MemoryWire } from "./memory.testing.ts";
import { Ways } from "./ways.ts";
import { WireSender } from "./wire-sender.ts";
import { PortTable } from "./port-table.ts";
import { Probing } from "./probing.ts";
import { Punching } from "./punching.ts";
import { Reassembly } from "./reassembly.ts";
import type { UdpPort } from "./udp-port.ts";
import { UpwardBundle } from "./upward-bundle.ts";

/** The data path of a udp link between a node and a wire in memory, on a clock that the test moves. */
export class AssembledLink {
  readonly node: MemoryNode = new MemoryNode();
  readonly wire: MemoryWire = new MemoryWire();
  readonly bundle: UpwardBundle = new UpwardBundle(this.node);
  readonly reassembly: Reassembly = new Reassembly(this.bundle);
  readonly ports: PortTable;
  readonly probing: Probing;
  readonly punching: Punching;
  readonly ways: Ways;
  readonly sender: WireSender;
  readonly receiver: WireReceiver;
  now = 1000;
  /** When the link wants to look at ways again. @default at once */
  later: (run: () => void, ms: number) => void = (run) => run();
  readonly #wanted = new Map<string, Neighbour>();

  constructor({ ipMtu = 1500, segments = true }: { ipMtu?: number; segments?: boolean } = {}) {
    const { node, wire, bundle, reassembly } = this;
    this.ports = new PortTable({
      node,
      ipMtu,
      segments,
      isIpv4: true,
      handlePortGone: (port) => reassembly.handlePortGone(port),
    });
    this.probing = new Probing(wire, this.ports);
    this.punching = new Punching(node, wire, this.ports, false);
    this.ways = new Ways(wire, this.ports, { now: () => this.now, later: (run, ms) => this.later(run, ms) });
    this.sender = new WireSender({ node, socket: wire, ports: this.ports, ways: this.ways, segments });
    const { ports, probing, punching, ways } = this;
    this.receiver = new WireReceiver({
      node,
      socket: wire,
      ports,
      bundle,
      reassembly,
      probing,
      punching,
      ways,
      now: () => this.now,
    });
    wire.onDatagram = (octets, offset, end) => this.receiver.handleDatagram(octets, offset, end);
    wire.onBurstEnd = () => this.receiver.flush();
  }

  /** Adds one neighbour at an address, the path to which has proven that it carries what is expected of it. */
  neighbour(key: string, host: string, more: Partial<Neighbour> = {}): UdpPort {
    const port = this.newNeighbour(key, host, more);
    port.path.handleTimeout(this.now);
    for (let probe = port.path.pollTransmit(); probe !== undefined; probe = port.path.pollTransmit())
      port.path.handleEcho(probe.nonce, this.now);
    return port;
  }

  /** Adds one neighbour at an address, to which nothing was sent yet. */
  newNeighbour(key: string, host: string, more: Partial<Neighbour> = {}): UdpPort {
    this.#wanted.set(key, { key, address: "", token: new Uint8Array(0), port: 0, peer: "", ...more });
    this.ports.setNeighbours([...this.#wanted.values()]);
    const port = [...this.ports.all].find((one) => one.key === key);
    if (port === undefined) throw new Error(`no port for ${key}`);
    this.ports.move(port, endpoint(host));
    return port;
  }

  /** Sends frames as the node does: back to back. */
  send(...frames: readonly Uint8Array[]): void {
    const octets = new Uint8Array(frames.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const one of frames) {
      octets.set(one, at);
      at += one.length;
    }
    this.sender.handleFrames(octets, viewOf(octets), 0, octets.length);
  }
}
