import type { GatherList } from "./gather-list.ts";
import type { IpEndpoint } from "./ip-endpoint.ts";
import { addressOf, errno, sendmsg } from "./libc.ts";
import { MSG_DONTWAIT, msghdr, segmentControl, setWord, SOL_UDP, UDP_SEGMENT } from "./linux-socket.ts";
import { encodeSocketAddress } from "./socket-address.ts";

/** sendmsg(2) with a msghdr that is filled in anew for each send. */
export class MessageSender {
  readonly #fd: number;
  readonly #family: number;
  readonly #header = new Uint8Array(msghdr.octets);
  readonly #headerView = new DataView(this.#header.buffer);
  readonly #headerAt = addressOf(this.#header);
  readonly #control = new Uint8Array(segmentControl.octets);
  readonly #controlView = new DataView(this.#control.buffer);
  readonly #controlAt = addressOf(this.#control);
  readonly #destinations = new WeakMap<IpEndpoint, { octets: Uint8Array; pointer: number }>();
  #destination: IpEndpoint | undefined;

  constructor(fd: number, family: number) {
    this.#fd = fd;
    this.#family = family;
    setWord(this.#headerView, msghdr.control, this.#controlAt);
    setWord(this.#controlView, segmentControl.length, segmentControl.lengthValue);
    this.#controlView.setInt32(segmentControl.level, SOL_UDP, true);
    this.#controlView.setInt32(segmentControl.type, UDP_SEGMENT, true);
  }

  /** Sends `list` to `to` as one datagram, or cut every `segmentOctets` when that is not 0. Returns 0, or the error number. */
  send(list: GatherList, to: IpEndpoint, segmentOctets: number): number {
    if (to !== this.#destination) this.#setDestination(to);
    setWord(this.#headerView, msghdr.vectors, list.pointer);
    setWord(this.#headerView, msghdr.vectorCount, list.count);
    setWord(this.#headerView, msghdr.controlOctets, segmentOctets === 0 ? 0 : segmentControl.octets);
    this.#controlView.setUint16(segmentControl.segmentOctets, segmentOctets, true);
    return sendmsg(this.#fd, this.#headerAt, MSG_DONTWAIT) < 0 ? errno() : 0;
  }

  #setDestination(to: IpEndpoint): void {
    let address = this.#destinations.get(to);
    if (address === undefined) {
      const octets = encodeSocketAddress(to, this.#family);
      address = { octets, pointer: addressOf(octets) };
      this.#destinations.set(to, address);
    }
    this.#destination = to;
    setWord(this.#headerView, msghdr.name, address.pointer);
    this.#headerView.setUint32(msghdr.nameOctets, address.octets.length, true);
  }
}
