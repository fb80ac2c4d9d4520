import { endianness } from "node:os";
import { openPortableLoopbackSocket } from "./datagram-portable.ts";
import type { DatagramSocket, LoopbackSocketOptions } from "./datagram-socket.ts";

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
    } catch {
      // No koffi, no glibc, or a sandbox that forbids the calls: the portable socket is slower, not poorer.
    }
  }
  return openPortableLoopbackSocket(options.receiveBufferOctets);
}
