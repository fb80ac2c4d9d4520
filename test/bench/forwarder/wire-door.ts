import { type IpEndpoint, SEND_DATAGRAMS_MAX, SEND_OCTETS_MAX, type WireSocket } from "@flor/host/datagram";
import type { FrameDoor } from "@flor/node";
import { viewOf } from "@flor/wire";

const OCTETS = new Uint8Array(SEND_OCTETS_MAX);

/** Sends frames of one size straight to the wire, as many as one call to the kernel takes. */
export class WireDoor implements FrameDoor {
  readonly bundle: FrameDoor["bundle"] = { octets: OCTETS, view: viewOf(OCTETS) };
  readonly bundleLimit: number = SEND_OCTETS_MAX;
  readonly #socket: WireSocket;
  readonly #to: IpEndpoint;
  #length = 0;
  #frameOctets = 0;

  constructor(socket: WireSocket, to: IpEndpoint) {
    this.#socket = socket;
    this.#to = to;
  }

  reserve(octets: number): number {
    if (this.#length + octets > SEND_OCTETS_MAX || this.#length >= SEND_DATAGRAMS_MAX * octets) this.flush();
    return this.#length;
  }

  commit(octets: number): void {
    this.#frameOctets = octets;
    this.#length += octets;
  }

  flush(): void {
    if (this.#length === 0) return;
    this.#socket.gather(this.bundle.octets, 0, this.#length);
    this.#socket.send(this.#to, this.#frameOctets);
    this.#length = 0;
  }
}
