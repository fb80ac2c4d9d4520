/** A non-blocking UDP socket made through FFI. */
import { type IpEndpoint, isIpv4Endpoint } from "./ip-endpoint.ts";
import * as libc from "./libc.ts";
import {
  AF_INET6,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_PKTINFO,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_MTU,
  IPV6_MTU_DISCOVER,
  IPV6_RECVPKTINFO,
  IPV6_V6ONLY,
  PMTUDISC_DO,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCKADDR_MAX_OCTETS,
  SOL_SOCKET,
} from "./linux-socket.ts";
import { decodeSocketAddress, encodeSocketAddress } from "./socket-address.ts";

/** A system call that failed while a socket was opened; `code` is the error's name, such as "EADDRINUSE". */
export class SocketCallError extends Error {
  readonly code: string;

  constructor(call: string, code: string) {
    super(`${call} failed: ${code}`);
    this.name = "SocketCallError";
    this.code = code;
  }
}

/** Makes a socket of `family`, not bound yet; IPv6 ones take IPv4 too. Throws {@link SocketCallError}. */
export function openDescriptor(family: number): number {
  const fd = check("socket", libc.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (family === AF_INET6) setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  return fd;
}

/** Passes on what `use` makes of a descriptor, which is closed when that throws. */
export function orClosed<Result>(fd: number, use: (fd: number) => Result): Result {
  try {
    return use(fd);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** Binds to `local`. Throws {@link SocketCallError}, with the code "EADDRINUSE" for instance. */
export function bindDescriptor(fd: number, family: number, local: IpEndpoint): void {
  const address = encodeSocketAddress(local, family);
  check("bind", libc.bind(fd, address, address.length));
}

/** Asks for buffers of `octets`, beyond the system's limit where we may. Returns the receive buffer as the kernel reports it. */
export function setBuffers(fd: number, octets: number): number {
  if (!setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, octets)) setOption(fd, SOL_SOCKET, SO_RCVBUF, octets);
  if (!setOption(fd, SOL_SOCKET, SO_SNDBUFFORCE, octets)) setOption(fd, SOL_SOCKET, SO_SNDBUF, octets);
  return getOption(fd, SOL_SOCKET, SO_RCVBUF);
}

/** Sets DF on everything sent, and has the kernel refuse what it knows to be too long. */
export function forbidFragments(fd: number, family: number): void {
  setOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_DO);
  if (family === AF_INET6) setOption(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_DO);
}

/** Has the kernel say of every datagram which of our addresses it was sent to; false when it does not know how. */
export function requestLocalAddress(fd: number, family: number): boolean {
  return family === AF_INET6
    ? setOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
    : setOption(fd, IPPROTO_IP, IP_PKTINFO, 1);
}

/** The IP MTU of the path to `to` as the kernel knows it, or `undefined` without a route. */
export function pathMtu(family: number, to: IpEndpoint): number | undefined {
  const fd = libc.socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return undefined;
  try {
    const address = encodeSocketAddress(to, family);
    if (libc.connect(fd, address, address.length) < 0) return undefined;
    return isIpv4Endpoint(to) ? getOption(fd, IPPROTO_IP, IP_MTU) : getOption(fd, IPPROTO_IPV6, IPV6_MTU);
  } catch {
    return undefined;
  } finally {
    libc.close(fd);
  }
}

/** The address a socket is bound to. */
export function localEndpoint(fd: number): IpEndpoint {
  const address = new Uint8Array(SOCKADDR_MAX_OCTETS);
  check("getsockname", libc.getsockname(fd, address, int(SOCKADDR_MAX_OCTETS)));
  const endpoint = decodeSocketAddress(new DataView(address.buffer), 0);
  if (endpoint === undefined) throw new SocketCallError("getsockname", "EAFNOSUPPORT");
  return endpoint;
}

/** Sets an int option; false when the kernel refuses. */
export function setOption(fd: number, level: number, name: number, value: number): boolean {
  return libc.setsockopt(fd, level, name, int(value), 4) === 0;
}

/** Reads an int option. */
export function getOption(fd: number, level: number, name: number): number {
  const value = int(0);
  check("getsockopt", libc.getsockopt(fd, level, name, value, int(4)));
  return new DataView(value.buffer).getInt32(0, true);
}

/** Passes a call's result on, or throws {@link SocketCallError} when it is negative. */
export function check(call: string, result: number): number {
  if (result < 0) throw new SocketCallError(call, libc.errorName(libc.errno()));
  return result;
}

function int(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setInt32(0, value, true);
  return octets;
}
