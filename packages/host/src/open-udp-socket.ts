import { isFfiPossible } from "./open-loopback-socket.ts";
import { openPortableUdpSocket } from "./udp-portable.ts";
import type { UdpSocket, UdpSocketOptions } from "./udp-socket.ts";

/** Opens a UDP socket, through FFI where that works. Rejects with an error whose `code` is the system's, "EADDRINUSE" for instance. */
export async function openUdpSocket(options: UdpSocketOptions): Promise<UdpSocket> {
  const ffi = isFfiPossible() && options.ignoreFfi !== true ? await importFfi() : undefined;
  return ffi === undefined ? openPortableUdpSocket(options) : ffi.openFfiUdpSocket(options);
}

async function importFfi(): Promise<typeof import("./udp-ffi.ts") | undefined> {
  try {
    return await import("./udp-ffi.ts");
  } catch {
    // No koffi or no glibc: the portable socket is slower, not poorer.
    return undefined;
  }
}
