/** What link processes need of this package, without the rest of it: a link starts in milliseconds. */
export type { DatagramCounters, DatagramSocket, LoopbackSocketOptions } from "./datagram-socket.ts";
export { isFfiPossible, openLoopbackSocket } from "./open-loopback-socket.ts";
export { IdleMemory } from "./idle-memory.ts";
export { LazyTimer } from "./lazy-timer.ts";
export { DatagramSource } from "./datagram-source.ts";
export { endpointOf, formatEndpoint, type IpEndpoint, isIpv4Endpoint, sameEndpoint } from "./ip-endpoint.ts";
export type { LocalAddress } from "./local-address.ts";
export { interfaceAddresses } from "./interface-addresses.ts";
export { adviceForListening } from "./listen-advice.ts";
export { openWireSocket } from "./open-wire-socket.ts";
export { PacedRun, RUN_CLOCK, type RunClock } from "./paced-run.ts";
export { openRouteWatch } from "./open-route-watch.ts";
export type { RouteWatch, Way } from "./route-watch.ts";
export {
  SEND_DATAGRAMS_MAX,
  SEND_OCTETS_MAX,
  type SendOutcome,
  WIRE_HEADROOM_OCTETS,
  type WireCounters,
  type WireSocket,
  type WireSocketOptions,
} from "./wire-socket.ts";
