import { addressOf, bind, close, errno, recvmsg, send, socket } from "./libc.ts";
import {
  AF_NETLINK,
  ERRNO,
  iovec,
  MSG_DONTWAIT,
  msghdr,
  setWord,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  sockaddrNetlink,
} from "./linux-socket.ts";
import { check, orClosed } from "./socket-descriptor.ts";

/** NETLINK_ROUTE. */
const ROUTE_PROTOCOL = 0;
/** The kernel writes no more into one datagram than a reader takes, and 32 KiB at most. */
const BUFFER_OCTETS = 32_768;

/** A socket of rtnetlink, made through FFI. Only what the kernel says is taken. */
export class NetlinkSocket {
  readonly fd: number;
  /** What was received last. */
  readonly octets: Uint8Array = new Uint8Array(BUFFER_OCTETS);
  readonly #name = new Uint8Array(sockaddrNetlink.octets);
  readonly #nameView = new DataView(this.#name.buffer);
  readonly #vector = new Uint8Array(iovec.octets);
  readonly #header = new Uint8Array(msghdr.octets);
  readonly #headerView = new DataView(this.#header.buffer);
  readonly #headerAt = addressOf(this.#header);
  #isClosed = false;

  /**
   * @param groups bits of those whose notices are wanted; 0: only answers
   * @throws SocketCallError when the system forbids such sockets
   */
  constructor(groups: number) {
    const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
    this.fd = check("socket(AF_NETLINK)", socket(AF_NETLINK, type, ROUTE_PROTOCOL));
    const address = new Uint8Array(sockaddrNetlink.octets);
    const addressView = new DataView(address.buffer);
    addressView.setUint16(0, AF_NETLINK, true);
    addressView.setUint32(sockaddrNetlink.groups, groups, true);
    orClosed(this.fd, (fd) => check("bind(AF_NETLINK)", bind(fd, address, address.length)));
    const vectorView = new DataView(this.#vector.buffer);
    setWord(vectorView, iovec.base, addressOf(this.octets));
    setWord(vectorView, iovec.length, BUFFER_OCTETS);
    setWord(this.#headerView, msghdr.name, addressOf(this.#name));
    setWord(this.#headerView, msghdr.vectors, addressOf(this.#vector));
    setWord(this.#headerView, msghdr.vectorCount, 1);
  }

  /** Takes the next datagram into {@link octets}. Returns its octets, 0 when it is not the kernel's, or the error number, negative. */
  receive(): number {
    this.#headerView.setUint32(msghdr.nameOctets, sockaddrNetlink.octets, true);
    const received = recvmsg(this.fd, this.#headerAt, MSG_DONTWAIT);
    if (received < 0) return -errno();
    return this.#nameView.getUint32(sockaddrNetlink.port, true) === 0 ? received : 0;
  }

  /** Asks the kernel, which answers at once. Returns the answer's octets, or the error number, negative. */
  ask(question: Uint8Array): number {
    if (send(this.fd, addressOf(question), question.length, MSG_DONTWAIT) < 0) return -errno();
    let answer = this.receive();
    while (answer === 0 || answer === -ERRNO.EINTR) answer = this.receive();
    return answer;
  }

  /** Harmless when closed already. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    close(this.fd);
  }
}
