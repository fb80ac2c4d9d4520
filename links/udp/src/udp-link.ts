import { formatEndpoint, isIpv4Endpoint, openWireSocket, type WireSocket } from "@flor/host/datagram";
import {
  explainListening,
  type LinkDefinition,
  type Neighbour,
  type NodeDoor,
  type OpenLink,
  PUNCH_CAPABILITY,
} from "@flor/link-kit";
import { WireReceiver } from "./wire-receiver.ts";
import { Doubts } from "./doubts.ts";
import { keepPort, readKeptPort } from "./kept-port.ts";
import { WireSender } from "./wire-sender.ts";
import { PortTable } from "./port-table.ts";
import { ownAddresses } from "./own-addresses.ts";
import { Probing } from "./probing.ts";
import { Punching } from "./punching.ts";
import { Reassembly, SEGMENT_DROPS } from "./reassembly.ts";
import { Resolver } from "./resolver.ts";
import { Silence } from "./silence.ts";
import { UDP_CONFIG_SCHEMA } from "./config-schema.ts";
import { parseUdpConfig, type UdpConfig } from "./udp-config.ts";
import { UpwardBundle } from "./upward-bundle.ts";
import { Ways } from "./ways.ts";

/** Timers of a link are this coarse: they are for probes, names and what has waited too long. */
const TICK_MS = 250;
/** Ticks between two looks at the addresses of this machine. */
const ADDRESSES_EVERY = 8;

/** The udp link: a star of neighbours over one UDP socket. */
export const udpLink: LinkDefinition<UdpConfig> = {
  name: "udp",
  version: "0.1.0",
  capabilities: ["segments", "roaming", PUNCH_CAPABILITY],
  configSchema: UDP_CONFIG_SCHEMA,
  parseConfig: parseUdpConfig,
  open: async (config, node) => {
    const link = new UdpLink(config, node, await listen(config, node));
    await link.watchWays();
    return link;
  },
};

class UdpLink implements OpenLink {
  readonly #node: NodeDoor;
  readonly #socket: WireSocket;
  readonly #ports: PortTable;
  readonly #sender: WireSender;
  readonly #receiver: WireReceiver;
  readonly #reassembly: Reassembly;
  readonly #probing: Probing;
  readonly #punching: Punching;
  readonly #resolver: Resolver;
  readonly #silence: Silence;
  readonly #ways: Ways;
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;
  readonly #counted = new Map<string, number>();

  constructor(config: UdpConfig, node: NodeDoor, socket: WireSocket) {
    const isIpv4 = isIpv4Endpoint(config.listen);
    const bundle = new UpwardBundle(node);
    this.#node = node;
    this.#socket = socket;
    this.#reassembly = new Reassembly(bundle);
    this.#ports = new PortTable({
      node,
      ipMtu: config.mtu,
      segments: config.segments,
      isIpv4,
      handlePortGone: (port) => this.#reassembly.handlePortGone(port),
    });
    this.#probing = new Probing(socket, this.#ports);
    this.#punching = new Punching(node, socket, this.#ports, isIpv4);
    this.#resolver = new Resolver(node, this.#ports, isIpv4);
    this.#silence = new Silence(this.#ports);
    this.#ways = new Ways(socket, this.#ports);
    this.#sender = new WireSender({
      node,
      socket,
      ports: this.#ports,
      ways: this.#ways,
      segments: config.segments,
    });
    this.#receiver = new WireReceiver({
      node,
      socket,
      ports: this.#ports,
      bundle,
      reassembly: this.#reassembly,
      probing: this.#probing,
      punching: this.#punching,
      ways: this.#ways,
      now: () => performance.now(),
    });
    socket.onDatagram = (octets, offset, end) => this.#receiver.handleDatagram(octets, offset, end);
    socket.onBurstEnd = () => this.#receiver.flush();
    const doubts = new Doubts(this.#ports, this.#probing, (name) => node.count(name));
    socket.onPathError = (code, to) => doubts.handleError(code, to);
    socket.onError = (code) => node.count(`error.${code}`);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Has the kernel tell of interfaces and routes, where it does. */
  async watchWays(): Promise<void> {
    if (await this.#ways.watch(() => this.#tellAddresses())) return;
    this.#node.log("info", "the system does not tell of interfaces that go down (netlink): hellos and failed sends do");
  }

  handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    this.#sender.handleFrames(octets, view, offset, end);
  }

  setNeighbours(neighbours: readonly Neighbour[]): void {
    this.#ports.setNeighbours(neighbours);
    this.#punching.setNeighbours(neighbours, performance.now());
    this.#tick();
  }

  handleCreditRegained(): void {
    this.#receiver.flush();
    this.#socket.resume();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#ways.close();
    this.#socket.close();
  }

  #tick(): void {
    const now = performance.now();
    this.#ports.handleTimeout(now);
    this.#reassembly.handleTimeout(now);
    this.#resolver.handleTimeout(now);
    this.#silence.handleTimeout(now);
    this.#ways.handleTimeout(now);
    this.#probing.handleTimeout(now);
    this.#punching.handleTimeout(now);
    if (this.#ticks % ADDRESSES_EVERY === 0) this.#tellAddresses();
    this.#ticks += 1;
    this.#report();
  }

  /** While the system does not tell them, what was told before holds. */
  #tellAddresses(): void {
    const addresses = ownAddresses(this.#socket.local);
    if (addresses !== undefined) this.#node.setAddresses(addresses);
  }

  /** Passes on what others count, as far as it is new. */
  #report(): void {
    const { counters } = this.#socket;
    for (const [name, value] of Object.entries(counters)) this.#countUpTo(`wire.${kebabCase(name)}`, value);
    for (const reason of SEGMENT_DROPS)
      this.#countUpTo(`drop.segment-${reason}`, this.#reassembly.drops.counts[reason]);
  }

  #countUpTo(name: string, value: number): void {
    const increase = value - (this.#counted.get(name) ?? 0);
    if (increase === 0) return;
    this.#counted.set(name, value);
    this.#node.count(name, increase);
  }
}

async function listen(config: UdpConfig, node: NodeDoor): Promise<WireSocket> {
  const socket = (await openKept(config, node)) ?? (await open(config));
  if (config.listen.port === 0) await keepPort(node.stateDirectory, socket.local);
  node.log("info", `listening on ${formatEndpoint(socket.local)} through ${socket.usesFfi ? "FFI" : "node:dgram"}`);
  return socket;
}

/** Any port will do: the one of the last run first. */
async function openKept({ listen: local, segmentation }: UdpConfig, node: NodeDoor): Promise<WireSocket | undefined> {
  const port = local.port === 0 ? readKeptPort(node.stateDirectory) : 0;
  if (port === 0) return undefined;
  return openWireSocket({ local: { ...local, port }, segmentation }).catch(() => undefined);
}

async function open({ listen: local, segmentation }: UdpConfig): Promise<WireSocket> {
  try {
    return await openWireSocket({ local, segmentation });
  } catch (error) {
    const reason = explainListening(error as NodeJS.ErrnoException);
    throw new Error(`cannot listen on ${formatEndpoint(local)}: ${reason}`, { cause: error });
  }
}

function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
