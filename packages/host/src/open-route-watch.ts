import { isFfiPossible } from "./open-loopback-socket.ts";
import type { RouteWatch } from "./route-watch.ts";

/**
 * Has the kernel tell when interfaces, addresses or routes change. `undefined`: it cannot, since this is not Linux, or a sandbox
 * forbids AF_NETLINK.
 *
 * @param onChange something changed, or much did; called once for what comes together
 */
export async function openRouteWatch(onChange: () => void): Promise<RouteWatch | undefined> {
  if (!isFfiPossible()) return undefined;
  try {
    const { openFfiRouteWatch } = await import("./route-watch-ffi.ts");
    return openFfiRouteWatch(onChange);
  } catch {
    return undefined;
  }
}
