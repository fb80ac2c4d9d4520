/**
 * The C library calls of the datagram sockets, on 64-bit little-endian Linux. Everything that touches koffi is
 * here; import this file lazily, because without koffi or without glibc the import itself fails.
 */
import koffi from "koffi";
import {
  AF_UNIX,
  F_SETFD,
  FD_CLOEXEC,
  MADV_DONTNEED,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  WNOHANG,
} from "./linux-socket.ts";

const libc = koffi.load("libc.so.6");

// Pointers cross as numbers: a user-space address has 48 bits, and a BigInt a call would be garbage in the data path.
/** socket(2): a descriptor, or -1. */
export const socket: (domain: number, type: number, protocol: number) => number =
  libc.func("int socket(int, int, int)");
/** close(2). */
export const close: (fd: number) => number = libc.func("int close(int)");
/** fcntl(2) with one int: the command's result, or -1. */
const fcntl: (fd: number, command: number, type: "int", argument: number) => number =
  libc.func("int fcntl(int, int, ...)");
/** Keeps a descriptor from the children of this process: 0, or -1. */
export const keepFromChildren = (fd: number): number => fcntl(fd, F_SETFD, "int", FD_CLOEXEC);
const waitpid: (pid: number, status: null, options: number) => number = libc.func("int waitpid(int, void*, int)");
/** waitpid(2) without waiting: the pid of a child that ended, 0 for one that did not, or -1. */
export const waitForChild = (pid: number): number => waitpid(pid, null, WNOHANG);
/** bind(2): 0, or -1. */
export const bind: (fd: number, address: Uint8Array, octets: number) => number = libc.func(
  "int bind(int, const void*, uint32_t)",
);
/** connect(2): 0, or -1. */
export const connect: (fd: number, address: Uint8Array, octets: number) => number = libc.func(
  "int connect(int, const void*, uint32_t)",
);
/** getsockname(2): 0, or -1; `octets` holds a u32. */
export const getsockname: (fd: number, address: Uint8Array, octets: Uint8Array) => number = libc.func(
  "int getsockname(int, void*, void*)",
);
/** setsockopt(2): 0, or -1. */
export const setsockopt: (fd: number, level: number, name: number, value: Uint8Array, octets: number) => number =
  libc.func("int setsockopt(int, int, int, const void*, uint32_t)");
/** getsockopt(2): 0, or -1; `octets` holds a u32. */
export const getsockopt: (fd: number, level: number, name: number, value: Uint8Array, octets: Uint8Array) => number =
  libc.func("int getsockopt(int, int, int, void*, void*)");
/** sendto(2): octets sent, or -1. */
export const sendto: (
  fd: number,
  pointer: number,
  octets: number,
  flags: number,
  address: Uint8Array,
  addressOctets: number,
) => number = libc.func("long sendto(int, uintptr_t, size_t, int, const void*, uint32_t)");
/** sendmsg(2): octets sent, or -1. */
export const sendmsg: (fd: number, message: number, flags: number) => number = libc.func(
  "long sendmsg(int, uintptr_t, int)",
);
/** recvmsg(2): octets received, or -1. */
export const recvmsg: (fd: number, message: number, flags: number) => number = libc.func(
  "long recvmsg(int, uintptr_t, int)",
);
/** sendmmsg(2): messages sent, or -1 when the first failed. */
export const sendmmsg: (fd: number, messages: number, count: number, flags: number) => number = libc.func(
  "int sendmmsg(int, uintptr_t, unsigned int, int)",
);
/** recvmmsg(2) without a timeout: messages received, or -1. */
export const recvmmsg: (fd: number, messages: number, count: number, flags: number, timeout: null) => number =
  libc.func("int recvmmsg(int, uintptr_t, unsigned int, int, void*)");

/** send(2): octets sent, or -1. */
export const send: (fd: number, pointer: number, octets: number, flags: number) => number = libc.func(
  "long send(int, uintptr_t, size_t, int)",
);
/** recv(2): octets received, 0 at the end, or -1. */
export const recv: (fd: number, into: Uint8Array, octets: number, flags: number) => number = libc.func(
  "long recv(int, void*, size_t, int)",
);
const ioctlOf: (fd: number, request: number, type: "void*", argument: Uint8Array) => number = libc.func(
  "int ioctl(int, unsigned long, ...)",
);
/** ioctl(2) with a pointer: the request's result, or -1. */
export const ioctl = (fd: number, request: number, argument: Uint8Array): number =>
  ioctlOf(fd, request, "void*", argument);
const schedulerOf: (pid: number) => number = libc.func("int sched_getscheduler(int)");
/** sched_getscheduler(2) of the calling thread: its policy, or -1. */
export const scheduler = (): number => schedulerOf(0);
const setSchedulerOf: (pid: number, policy: number, parameters: Uint8Array) => number = libc.func(
  "int sched_setscheduler(int, int, const void*)",
);
/** sched_setscheduler(2) of the calling thread, priority 0: 0, or -1. */
export const setScheduler = (policy: number): number => setSchedulerOf(0, policy, new Uint8Array(4));
const mallocTrim: (padOctets: number) => number = libc.func("int malloc_trim(size_t)");
const madvise: (address: number, octets: number, advice: number) => number = libc.func(
  "int madvise(uintptr_t, size_t, int)",
);
/** madvise(2) with MADV_DONTNEED: 0, or -1. What was written to a private mapping is lost. */
export const letGoOfPages = ({ address, octets }: { readonly address: number; readonly octets: number }): number =>
  madvise(address, octets, MADV_DONTNEED);
/** malloc_trim(3): gives free pages of the C heap back to the system. */
export const trimHeap = (): void => void mallocTrim(0);

/** Sends one datagram to an AF_UNIX socket; whether it went. */
export function sendToUnixSocket(address: Uint8Array, octets: Uint8Array): boolean {
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const sent = sendto(fd, addressOf(octets), octets.length, MSG_DONTWAIT, address, address.length);
  close(fd);
  return sent === octets.length;
}

/** Why the last call that returned -1 did. */
export function errno(): number {
  return koffi.errno();
}

const errorNames = new Map<number, string>();

/** The name of an error number, such as "ECONNREFUSED". */
export function errorName(number: number): string {
  // To look through the list takes 20 µs, and a flood of ICMP errors asks often.
  if (errorNames.size === 0)
    for (const [name, value] of Object.entries(koffi.os.errno)) if (!errorNames.has(value)) errorNames.set(value, name);
  return errorNames.get(number) ?? `errno ${number}`;
}

/**
 * Where `octets` lies in memory. It stays there while the array is reachable and its buffer is neither
 * transferred nor resized: keep a reference as long as the kernel may use the address.
 */
export function addressOf(octets: Uint8Array): number {
  return Number(koffi.address(octets));
}
