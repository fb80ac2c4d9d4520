/** TUN devices by ioctl, read and written with as little between as Node allows. Linux, root. */
import { closeSync, constants, openSync } from "node:fs";
import koffi from "koffi";

const TUNSETIFF = 0x400454ca;
/** Whole IP packets without a header before them. */
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
const IFREQ_OCTETS = 40;
const IFREQ_FLAGS_OFFSET = 16;
const POLLIN = 0x001;

const libc = koffi.load("libc.so.6");
const ioctl = libc.func("int ioctl(int fd, unsigned long request, void *argument)");
const read = libc.func("intptr_t read(int fd, void *buffer, size_t count)");
const write = libc.func("intptr_t write(int fd, const void *buffer, size_t count)");
const poll = libc.func("int poll(void *fds, unsigned long count, int timeoutMs)");

/** The end of a TUN device that a program holds. */
export class Tun {
  readonly fd: number;

  /** Makes the device; throws when the process may not. @param name at most 15 octets */
  constructor(name: string) {
    this.fd = openSync("/dev/net/tun", constants.O_RDWR | constants.O_NONBLOCK);
    const request = new Uint8Array(IFREQ_OCTETS);
    new TextEncoder().encodeInto(name, request);
    new DataView(request.buffer).setUint16(IFREQ_FLAGS_OFFSET, IFF_TUN | IFF_NO_PI, true);
    if (ioctl(this.fd, TUNSETIFF, request) < 0) {
      closeSync(this.fd);
      throw new Error(`TUN device ${name}: errno ${koffi.errno()}; needs root`);
    }
  }

  /** Reads one packet into `buffer`; returns its length, or 0 when there is none. */
  read(buffer: Uint8Array): number {
    return Math.max(0, Number(read(this.fd, buffer, buffer.length)));
  }

  /** Hands one packet to the kernel; returns false when it takes none now. */
  write(packet: Uint8Array, length: number): boolean {
    return Number(write(this.fd, packet, length)) === length;
  }
}

/** Waits until one of the devices has a packet, or the time is over. Blocks the thread. */
export class TunWait {
  readonly #fds: Uint8Array;
  readonly #count: number;

  constructor(...devices: readonly Tun[]) {
    this.#count = devices.length;
    // struct pollfd: int fd, short events, short revents
    this.#fds = new Uint8Array(8 * devices.length);
    const view = new DataView(this.#fds.buffer);
    for (const [index, device] of devices.entries()) {
      view.setInt32(8 * index, device.fd, true);
      view.setInt16(8 * index + 4, POLLIN, true);
    }
  }

  wait(timeoutMs: number): void {
    poll(this.#fds, this.#count, timeoutMs);
  }
}
