import { type NodeDoor, type OpenLink, type PortAnnouncement } from "@flor/link-kit";
import type { AnnouncedPort, FlorNode, FrameDoor, FrameSink, WantedNeighbour } from "@flor/node";
import { BUNDLE_MAX_OCTETS, frameField, SESSION_TOKEN_OCTETS, viewOf } from "@flor/wire";

const RUN_LIMIT = BUNDLE_MAX_OCTETS - SESSION_TOKEN_OCTETS;

/** What a door needs of who drives the node. */
interface MemberHost {
  readonly now: () => number;
  readonly wake: () => void;
}

/** Joins a node and one of its links within a process: frames and lists are passed by calls, and credit has no end. */
export class MemberDoor implements NodeDoor, FrameDoor {
  readonly stateDirectory: undefined = undefined;
  readonly canReceive: boolean = true;
  readonly runLimit: number = RUN_LIMIT;
  readonly bundle: FrameDoor["bundle"];
  readonly bundleLimit: number = BUNDLE_MAX_OCTETS;
  readonly #node: FlorNode;
  readonly #link: string;
  readonly #sink: FrameSink;
  readonly #ports = new Map<number, AnnouncedPort>();
  readonly #host: MemberHost;
  #open: OpenLink | undefined;
  #isTelling = false;
  #length = SESSION_TOKEN_OCTETS;

  constructor(node: FlorNode, link: string, host: MemberHost) {
    const octets = new Uint8Array(BUNDLE_MAX_OCTETS);
    this.bundle = { octets, view: viewOf(octets) };
    this.#node = node;
    this.#link = link;
    this.#sink = node.links.sinkOf(link);
    this.#host = host;
  }

  /** The link is open: what the node wrote goes to it. */
  attach(link: OpenLink): void {
    this.#open = link;
    this.#node.links.attach(this.#link, this);
  }

  setNeighbours(neighbours: readonly WantedNeighbour[]): void {
    this.#open?.setNeighbours([...neighbours]);
  }

  reserve(octets: number): number {
    if (this.#length + octets > BUNDLE_MAX_OCTETS) this.flush();
    return this.#length;
  }

  commit(octets: number): void {
    this.#length += octets;
  }

  /** To the link, what the node wrote; nothing is ever gathered for the node. */
  flush(): void {
    const end = this.#length;
    this.#length = SESSION_TOKEN_OCTETS;
    const { octets, view } = this.bundle;
    if (end > SESSION_TOKEN_OCTETS) this.#open?.handleFrames(octets, view, SESSION_TOKEN_OCTETS, end);
  }

  announce({ port, key, mtu, up = true, segmentMtu = mtu, ...rest }: PortAnnouncement): void {
    const { address = "", provisional = false } = rest;
    this.#ports.set(port, { port, key, up, mtu, segmentMtu, address, provisional });
    this.#tellPorts();
  }

  withdraw(port: number): void {
    if (this.#ports.delete(port)) this.#tellPorts();
  }

  receive(port: number, frame: Uint8Array): boolean {
    const copy = frame.slice();
    viewOf(copy).setUint16(frameField.port, port);
    return this.receiveInPlace(copy, 0, copy.length);
  }

  receiveInPlace(octets: Uint8Array, offset: number, end: number): boolean {
    // As a link does: the node knows a port before it is given a frame of it.
    if (this.#isTelling) this.#tellNow();
    this.#sink.handleFrames(octets, viewOf(octets), offset, end, this.#host.now());
    return true;
  }

  setAddresses(): void {}

  tooBig(): void {}

  count(): void {}

  log(): void {}

  stop(_exitCode: number, reason: string): void {
    throw new Error(`the link stops: ${reason}`);
  }

  /** One list for all that a turn announces. */
  #tellPorts(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setImmediate(() => this.#tellNow());
  }

  #tellNow(): void {
    if (!this.#isTelling) return;
    this.#isTelling = false;
    this.#node.links.handlePorts(this.#link, [...this.#ports.values()], this.#host.now());
    this.#host.wake();
  }
}
