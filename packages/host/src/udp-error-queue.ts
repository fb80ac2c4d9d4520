import { endpointFromWords, type IpEndpoint } from "./ip-endpoint.ts";
import { addressOf, errorName, recvmsg } from "./libc.ts";
import {
  AF_INET6,
  cmsghdr,
  extendedError,
  iovec,
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  msghdr,
  setWord,
  SOCKADDR_MAX_OCTETS,
} from "./linux-socket.ts";
import { decodeSocketAddress } from "./socket-address.ts";
import { setOption } from "./socket-descriptor.ts";

/** Control messages of one error: a sock_extended_err of 16 octets and the address of who told, behind their heads. */
const CONTROL_OCTETS = 256;
/** Errors of one turn: a queue of them is not longer for long, and others want their turn. */
const ERRORS_PER_TURN = 64;

/** Has the kernel keep the errors that datagrams of the socket meet. */
export function keepErrors(fd: number, family: number): void {
  setOption(fd, IPPROTO_IP, IP_RECVERR, 1);
  if (family === AF_INET6) setOption(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
}

/** Takes the errors that datagrams met, from any socket with {@link keepErrors}. */
export class UdpErrorQueue {
  readonly #name = new Uint8Array(SOCKADDR_MAX_OCTETS);
  readonly #nameView = new DataView(this.#name.buffer);
  readonly #control = new Uint8Array(CONTROL_OCTETS);
  readonly #controlView = new DataView(this.#control.buffer);
  readonly #vector = new Uint8Array(iovec.octets);
  readonly #header = new Uint8Array(msghdr.octets);
  readonly #headerView = new DataView(this.#header.buffer);
  readonly #headerAt = addressOf(this.#header);

  constructor() {
    setWord(this.#headerView, msghdr.name, addressOf(this.#name));
    setWord(this.#headerView, msghdr.control, addressOf(this.#control));
    setWord(this.#headerView, msghdr.vectors, addressOf(this.#vector));
    setWord(this.#headerView, msghdr.vectorCount, 1);
  }

  /** Hands over each error, by name, and the destination of the datagram that met it. */
  drain(fd: number, handleError: (code: string, to: IpEndpoint | undefined) => void): void {
    for (let count = 0; count < ERRORS_PER_TURN; count += 1) {
      this.#headerView.setUint32(msghdr.nameOctets, SOCKADDR_MAX_OCTETS, true);
      setWord(this.#headerView, msghdr.controlOctets, CONTROL_OCTETS);
      if (recvmsg(fd, this.#headerAt, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
      const error = this.#errorNumber();
      if (error !== 0) handleError(errorName(error), this.#destination());
    }
  }

  #errorNumber(): number {
    const view = this.#controlView;
    const end = Math.min(this.#headerView.getUint32(msghdr.controlOctets, true), CONTROL_OCTETS);
    for (let at = 0; at + cmsghdr.octets + 4 <= end;) {
      const level = view.getInt32(at + cmsghdr.level, true);
      const type = view.getInt32(at + cmsghdr.type, true);
      const isError =
        (level === IPPROTO_IP && type === IP_RECVERR) || (level === IPPROTO_IPV6 && type === IPV6_RECVERR);
      if (isError) return view.getUint32(at + extendedError.errno, true);
      const length = Math.max(cmsghdr.octets, view.getUint32(at + cmsghdr.length, true));
      at += Math.ceil(length / cmsghdr.alignment) * cmsghdr.alignment;
    }
    return 0;
  }

  #destination(): IpEndpoint | undefined {
    if (this.#headerView.getUint32(msghdr.nameOctets, true) === 0) return undefined;
    const endpoint = decodeSocketAddress(this.#nameView, 0);
    return endpoint && endpointFromWords(endpoint.words, endpoint.port, endpoint.scope);
  }
}
