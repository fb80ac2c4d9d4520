import { endianness } from "node:os";
import { openPortableLoopbackSocket } from "./datagram-portable.ts";
import { errorCode } from "./error-code.ts";
import type { DatagramSocket, LoopbackSocketOptions } from "./datagram-socket.ts";

/** They pass. */
const SHORTAGES: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"]);

/** Whether the FFI sockets may be tried here: 64-bit little-endian Linux, unless the environment has FLOR_FFI=0. */
export function isFfiPossible(): boolean {
  const { platform, arch, env } = process;
  return (
    platform === "linux" && (arch === "x64" || arch === "arm64") && endianness() === "LE" && env["FLOR_FFI"] !== "0"
  );
}

/** Opens a loopback socket, through FFI where that works. Rejects when 127.0.0.1 cannot be bound. */
export async function openLoopbackSocket(options: LoopbackSocketOptions = {}): Promise<DatagramSocket> {
  if (isFfiPossible() && options.ignoreFfi !== true) {
    try {
      const { openFfiLoopbackSocket } = await import("./datagram-ffi.ts");
      return await openFfiLoopbackSocket(options.receiveBufferOctets);
    } catch (error) {
      // The portable socket would lack the same, or a moment's shortage would make it slow until it is closed.
      if (SHORTAGES.has(errorCode(error))) throw error;
      // No koffi, no glibc, or a sandbox that forbids the calls: the portable socket is slower, not poorer.
    }
  }
  return openPortableLoopbackSocket(options.receiveBufferOctets);
}
