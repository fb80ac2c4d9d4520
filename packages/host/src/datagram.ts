/** What link processes need of this package, without the rest of it: a link starts in milliseconds. */
export type { DatagramCounters, DatagramSocket, LoopbackSocketOptions } from "./datagram-socket.ts";
export { isFfiPossible, openLoopbackSocket } from "./open-loopback-socket.ts";
