/** Numbers of the Linux socket interface, the same on x64 and arm64 (asm-generic, linux/in.h, linux/udp.h). */

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const SOL_SOCKET = 1;
export const SO_ERROR = 4;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;

export const IPPROTO_IP = 0;
/** Errors that datagrams met go into a queue of the socket, with the datagram's destination. */
export const IP_RECVERR = 11;
export const IPV6_RECVERR = 25;
export const IP_PKTINFO = 8;
export const IP_MTU_DISCOVER = 10;
export const IP_MTU = 14;
export const IPPROTO_IPV6 = 41;
export const IPV6_MTU_DISCOVER = 23;
export const IPV6_MTU = 24;
export const IPV6_V6ONLY = 26;
export const IPV6_RECVPKTINFO = 49;
export const IPV6_PKTINFO = 50;
/** Sets DF and lets the kernel refuse what the path is known not to take. */
export const PMTUDISC_DO = 2;

export const SOL_UDP = 17;
export const UDP_SEGMENT = 103;
export const UDP_GRO = 104;

export const MSG_DONTWAIT = 0x40;
export const MSG_ERRQUEUE = 0x2000;
export const MSG_NOSIGNAL = 0x4000;
/** ioctl: octets of a TCP connection that are not acknowledged. */
export const SIOCOUTQ = 0x5411;

export const F_SETFD = 2;
export const FD_CLOEXEC = 1;

/** wait.h. */
export const WNOHANG = 1;

/** mman.h: what these pages hold is read again when it is needed. */
export const MADV_DONTNEED = 4;

/** Error numbers that the data path tells apart. */
export const ERRNO = {
  EINTR: 4,
  EIO: 5,
  EAGAIN: 11,
  EACCES: 13,
  ENODEV: 19,
  EINVAL: 22,
  ENONET: 64,
  EPROTO: 71,
  EMSGSIZE: 90,
  ENOPROTOOPT: 92,
  EOPNOTSUPP: 95,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ENOBUFS: 105,
  ECONNREFUSED: 111,
  EHOSTDOWN: 112,
  EHOSTUNREACH: 113,
} as const;

/** Octets and offsets of the kernel's structures, LP64 little-endian. */
export const iovec = { octets: 16, base: 0, length: 8 } as const;
export const msghdr = {
  octets: 56,
  name: 0,
  nameOctets: 8,
  vectors: 16,
  vectorCount: 24,
  control: 32,
  controlOctets: 40,
} as const;
/** One message of recvmmsg: a msghdr, then the octets received. */
export const mmsghdr = { octets: 64, received: 56 } as const;
/** The control message UDP_SEGMENT: cmsghdr of 16 octets, a u16, padding. */
export const segmentControl = {
  octets: 24,
  length: 0,
  level: 8,
  type: 12,
  segmentOctets: 16,
  lengthValue: 18,
} as const;
/** A control message: cmsghdr of 16 octets, then its data, padded to whole words. */
export const cmsghdr = { octets: 16, length: 0, level: 8, type: 12, alignment: 8 } as const;
/** in_pktinfo behind its cmsghdr: interface, local address, destination of the header. */
export const packetInfo4 = { octets: 32, lengthValue: 28, interface: 16, local: 20 } as const;
/** in6_pktinfo behind its cmsghdr: address, interface. */
export const packetInfo6 = { octets: 40, lengthValue: 36, address: 16, interface: 32 } as const;
/** sock_extended_err behind its cmsghdr: the error number. */
export const extendedError = { errno: 16 } as const;
/** sockaddr_nl: family, padding, port of the sender (0: the kernel), groups. */
export const sockaddrNetlink = { octets: 12, port: 4, groups: 8 } as const;
/** sockaddr_in6, the longer of the two addresses we use. */
export const SOCKADDR_MAX_OCTETS = 28;

const TWO_TO_THE_32 = 0x1_0000_0000;

/** Writes a pointer or a size_t. */
export function setWord(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_TO_THE_32), true);
}
