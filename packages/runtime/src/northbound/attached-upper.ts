import type { Socket } from "node:net";
import { type DatagramSocket, FlorIoSocket, type FlorIoSocketOwner, type Log } from "@flor/host";
import { type Bootstrap, createLinkEnd, type FlorIoEnd, type FlorIoEvent, PARTS_CAPABILITY } from "@flor/io";
import type { FlorNode, LayerStatus, Northbound, UpperDoor } from "@flor/node";
import { nodeKeyOf } from "@flor/link-state";
import { sayLine } from "./northbound-lines.ts";
import { encodeLayers } from "./northbound-protocol.ts";

/** What an attached upper node is served with. */
export interface AttachedUpperOptions {
  readonly node: FlorNode;
  readonly northbound: Northbound;
  /** Instance ids beneath this node. */
  readonly ancestry: () => readonly Uint8Array[];
  /** What this node and those beneath it do with the upper node's frames. */
  readonly layers: () => readonly LayerStatus[];
  readonly version: string;
  readonly log: Log;
  readonly wake: () => void;
}

/** One upper node, attached: our end of its session is that of a link. */
export class AttachedUpper implements FlorIoSocketOwner {
  readonly #options: AttachedUpperOptions;
  readonly #io: FlorIoSocket;
  readonly #client: Socket;
  readonly #door: UpperDoor;
  /** What the upper node was told of the nodes beneath. */
  readonly #beneath: readonly Uint8Array[];
  #saidLayers = "";
  #isClosed = false;

  constructor(options: AttachedUpperOptions, bootstrap: Bootstrap, socket: DatagramSocket, client: Socket) {
    this.#options = options;
    this.#client = client;
    this.#beneath = options.ancestry();
    const { node, northbound, version } = options;
    const own = {
      sink: node.northbounds.sinkOf(northbound),
      secret: bootstrap.secret,
      capabilities: ["segments", "roaming", PARTS_CAPABILITY],
      deadlineMs: bootstrap.deadlineMs,
      program: "flor",
      programVersion: version,
      pid: process.pid,
      ancestry: [node.topology.instance, ...this.#beneath],
    };
    this.#io = new FlorIoSocket(socket, (shared) => createLinkEnd({ ...shared, ...own }, performance.now()), this);
    this.#io.connect(bootstrap.nodePort);
    this.#door = doorOf(this.#io.end, () => this.handleLayersChanged());
    this.#io.start();
  }

  /** Tells the upper node to attach again when the nodes beneath it are not those it was told of. */
  handleAncestryChanged(): void {
    if (!sameNodes(this.#beneath, this.#options.ancestry())) this.close("the nodes beneath changed");
  }

  /** Tells the upper node what the layers beneath it add and carry, when that is news. */
  handleLayersChanged(): void {
    const line = encodeLayers(this.#options.layers());
    if (this.#isClosed || line === this.#saidLayers) return;
    this.#saidLayers = line;
    // A node that does not read has the connection closed before much waits for it.
    if (!sayLine(this.#client, line)) this.close("the upper node does not read");
  }

  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#io.end.close(reason);
    this.#options.northbound.detach(this.#door);
    this.#io.close();
    this.#client.destroy();
    this.#options.log.write("info", "northbound-detached", { network: this.#options.northbound.network, reason });
  }

  handleServed(): void {}

  handleSocketError(code: string): void {
    const { log, northbound } = this.#options;
    log.write("debug", "northbound-socket", { network: northbound.network, code });
  }

  handleEvent(event: FlorIoEvent): void {
    const { northbound, log, wake } = this.#options;
    if (event.type === "ready") {
      log.write("info", "northbound-attached", { network: northbound.network });
      northbound.attach(this.#door);
    } else if (event.type === "neighbours") northbound.setNeighbours(event.neighbours);
    else if (event.type === "rejected") this.close(event.text);
    else if (event.type === "dead") this.close(event.reason);
    else if (event.type === "bye") this.close(event.reason);
    wake();
  }
}

function doorOf(end: FlorIoEnd, handlePorts: () => void): UpperDoor {
  return {
    bundle: end.bundle,
    get bundleLimit() {
      return end.bundleLimit;
    },
    reserve: (octets) => end.reserve(octets),
    commit: (octets) => end.commit(octets),
    flush: () => end.flush(),
    setPorts: (ports) => {
      end.setPorts([...ports], performance.now());
      handlePorts();
    },
    sendTooBig: (port, mtu, octets) => end.sendTooBig(port, mtu, octets),
  };
}

function sameNodes(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((id, index) => nodeKeyOf(id) === nodeKeyOf(b[index] ?? new Uint8Array(0)));
}
