import type { IpEndpoint } from "./ip-endpoint.ts";
import type { LocalAddress } from "./local-address.ts";

/**
 * "open": a route leads there, through an interface that is up and has its carrier. "no-route": none does. "no-carrier": the
 * one that does goes through an interface that is down, or whose cable is out. "unknown": the kernel does not say.
 */
export type Way = "open" | "no-route" | "no-carrier" | "unknown";

/** What the kernel knows of the ways out of this machine. */
export interface RouteWatch {
  /** Which way a datagram to `to` goes now that leaves from our address `from`, or from any. A few calls to the kernel. */
  wayTo(to: IpEndpoint, from: LocalAddress | undefined): Way;
  /** Ends the notices. */
  close(): void;
}
