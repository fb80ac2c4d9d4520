import { isFfiPossible } from "./open-loopback-socket.ts";
import { openPortableWireSocket } from "./wire-portable.ts";
import type { WireSocket, WireSocketOptions } from "./wire-socket.ts";

/** Opens a wire socket, through FFI where that works. Rejects with an error whose `code` is that of bind(2), "EADDRINUSE" for instance. */
export async function openWireSocket(options: WireSocketOptions): Promise<WireSocket> {
  const ffi = isFfiPossible() && options.ignoreFfi !== true ? await importFfi() : undefined;
  return ffi === undefined ? openPortableWireSocket(options) : ffi.openFfiWireSocket(options);
}

async function importFfi(): Promise<typeof import("./wire-ffi.ts") | undefined> {
  try {
    return await import("./wire-ffi.ts");
  } catch {
    // No koffi or no glibc: the portable socket is slower, not poorer.
    return undefined;
  }
}
