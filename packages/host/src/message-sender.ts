import type { GatherList } from "./gather-list.ts";
import type { IpEndpoint } from "./ip-endpoint.ts";
import { addressOf, errno, sendmsg } from "./libc.ts";
import {
  AF_INET,
  cmsghdr,
  IP_PKTINFO,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_PKTINFO,
  MSG_DONTWAIT,
  msghdr,
  packetInfo4,
  packetInfo6,
  segmentControl,
  setWord,
  SOL_UDP,
  UDP_SEGMENT,
} from "./linux-socket.ts";
import type { LocalAddress } from "./local-address.ts";
import { encodeSocketAddress } from "./socket-address.ts";

/**
 * sendmsg(2) with a msghdr that is filled in for each send. Of its control messages either, both or none are sent:
 *
 *   | UDP_SEGMENT 24 | IP_PKTINFO 32 or IPV6_PKTINFO 40 |
 */
export class MessageSender {
  readonly #fd: number;
  readonly #family: number;
  readonly #header = new Uint8Array(msghdr.octets);
  readonly #headerView = new DataView(this.#header.buffer);
  readonly #headerAt = addressOf(this.#header);
  readonly #control = new Uint8Array(segmentControl.octets + packetInfo6.octets);
  readonly #controlView = new DataView(this.#control.buffer);
  readonly #controlAt = addressOf(this.#control);
  readonly #destinations = new WeakMap<IpEndpoint, { octets: Uint8Array; pointer: number }>();
  #destination: IpEndpoint | undefined;
  #from: LocalAddress | undefined;
  readonly #fromOctets: number;

  constructor(fd: number, family: number) {
    this.#fd = fd;
    this.#family = family;
    this.#fromOctets = family === AF_INET ? packetInfo4.octets : packetInfo6.octets;
    this.#layOutFrom(family);
    setWord(this.#controlView, segmentControl.length, segmentControl.lengthValue);
    this.#controlView.setInt32(segmentControl.level, SOL_UDP, true);
    this.#controlView.setInt32(segmentControl.type, UDP_SEGMENT, true);
  }

  /**
   * Sends `list` to `to` as one datagram, or cut every `segmentOctets` when that is not 0, from the address `from` or
   * from the one that the routing table prefers. Returns 0, or the error number.
   */
  send(list: GatherList, to: IpEndpoint, segmentOctets: number, from: LocalAddress | undefined): number {
    if (to !== this.#destination) this.#setDestination(to);
    if (from !== undefined && from !== this.#from) this.#setFrom(from);
    setWord(this.#headerView, msghdr.vectors, list.pointer);
    setWord(this.#headerView, msghdr.vectorCount, list.count);
    const skipped = segmentOctets === 0 ? segmentControl.octets : 0;
    const end = segmentControl.octets + (from === undefined ? 0 : this.#fromOctets);
    setWord(this.#headerView, msghdr.control, this.#controlAt + skipped);
    setWord(this.#headerView, msghdr.controlOctets, end - skipped);
    this.#controlView.setUint16(segmentControl.segmentOctets, segmentOctets, true);
    return sendmsg(this.#fd, this.#headerAt, MSG_DONTWAIT) < 0 ? errno() : 0;
  }

  #layOutFrom(family: number): void {
    const at = segmentControl.octets;
    const is4 = family === AF_INET;
    setWord(this.#controlView, at + cmsghdr.length, is4 ? packetInfo4.lengthValue : packetInfo6.lengthValue);
    this.#controlView.setInt32(at + cmsghdr.level, is4 ? IPPROTO_IP : IPPROTO_IPV6, true);
    this.#controlView.setInt32(at + cmsghdr.type, is4 ? IP_PKTINFO : IPV6_PKTINFO, true);
  }

  /** The interface stays open but for a link-local address: the way there is the routing table's. */
  #setFrom(from: LocalAddress): void {
    this.#from = from;
    const at = segmentControl.octets;
    if (this.#family === AF_INET) {
      this.#controlView.setUint32(at + packetInfo4.local, from.words[3]);
      return;
    }
    from.words.forEach((word, index) => this.#controlView.setUint32(at + packetInfo6.address + 4 * index, word));
    this.#controlView.setUint32(at + packetInfo6.interface, from.scope, true);
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
