import { randomFillSync } from "node:crypto";
import type { Socket } from "node:net";
import { type DatagramSocket, EarlyTimer, type Log } from "@flor/host";
import { type Bootstrap, createLinkEnd, type FlorIoEnd, type FlorIoEvent } from "@flor/io";
import type { FlorNode, LayerStatus, Northbound, UpperDoor } from "@flor/node";
import { nodeKeyOf } from "@flor/route";
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

/** Octets of unread lines at most. */
const UNREAD_MAX_OCTETS = 65_536;

/** One upper node, attached: our end of its session is that of a link. */
export class AttachedUpper {
  readonly #options: AttachedUpperOptions;
  readonly #socket: DatagramSocket;
  readonly #client: Socket;
  readonly #end: FlorIoEnd;
  readonly #door: UpperDoor;
  /** What the upper node was told of the nodes beneath. */
  readonly #beneath: readonly Uint8Array[];
  #saidLayers = "";
  readonly #timer = new EarlyTimer(() => this.#serve());
  #isClosed = false;

  constructor(options: AttachedUpperOptions, bootstrap: Bootstrap, socket: DatagramSocket, client: Socket) {
    this.#options = options;
    this.#socket = socket;
    this.#client = client;
    this.#beneath = options.ancestry();
    this.#end = this.#createEnd(bootstrap);
    this.#door = doorOf(this.#end, () => this.handleLayersChanged());
    socket.connect(bootstrap.nodePort);
    socket.onReceive = (octets, length) => {
      this.#end.handleReceive(octets, length, performance.now());
      this.#serve();
    };
    socket.onError = (code) =>
      options.log.write("debug", "northbound-socket", { network: options.northbound.network, code });
    this.#serve();
  }

  /** Tells the upper node to attach anew when it stands on other nodes than it was told. */
  handleAncestryChanged(): void {
    if (!sameNodes(this.#beneath, this.#options.ancestry())) this.close("the nodes beneath changed");
  }

  /** Tells the upper node what the layers beneath it add and carry, when that is news. */
  handleLayersChanged(): void {
    const line = encodeLayers(this.#options.layers());
    if (this.#isClosed || line === this.#saidLayers) return;
    this.#saidLayers = line;
    // A node that does not read has the connection closed before much waits for it.
    if (this.#client.writableLength > UNREAD_MAX_OCTETS) this.close("the upper node does not read");
    else this.#client.write(line);
  }

  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.stop();
    this.#end.close(reason);
    this.#options.northbound.detach(this.#door);
    this.#socket.close();
    this.#client.destroy();
    this.#options.log.write("info", "northbound-detached", { network: this.#options.northbound.network, reason });
  }

  #createEnd(bootstrap: Bootstrap): FlorIoEnd {
    const { node, northbound, version } = this.#options;
    const socket = this.#socket;
    return createLinkEnd(
      {
        transmit: (octets, offset, length) => socket.send(octets, offset, length),
        queue: socket,
        sink: {
          handleFrames: (octets, view, offset, end) =>
            node.handleUpperFrames(northbound, octets, view, offset, end, performance.now()),
        },
        secret: bootstrap.secret,
        receiveBufferOctets: socket.receiveBufferOctets,
        randomFill: (octets) => void randomFillSync(octets),
        capabilities: ["segments", "roaming"],
        deadlineMs: bootstrap.deadlineMs,
        program: "flor",
        programVersion: version,
        pid: process.pid,
        ancestry: [node.topology.instance, ...this.#beneath],
      },
      performance.now(),
    );
  }

  #serve(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    if ((this.#end.nextTimeout() ?? Infinity) <= now) this.#end.handleTimeout(now);
    for (let event = this.#end.pollEvent(); event !== undefined; event = this.#end.pollEvent())
      this.#handleEvent(event);
    if (this.#isClosed) return;
    this.#timer.set(this.#end.nextTimeout());
  }

  #handleEvent(event: FlorIoEvent): void {
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
