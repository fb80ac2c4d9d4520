import { LARGE_COUNT } from "@flor/machine";
import type { DatagramCounters } from "./datagram-socket.ts";

/** Zeroed counters. */
export function newDatagramCounters(): DatagramCounters {
  return {
    receivedDatagrams: 0,
    receivedOctets: LARGE_COUNT,
    sentDatagrams: 0,
    sentOctets: LARGE_COUNT,
    sendNoBuffer: 0,
    sendTooLong: 0,
    sendFailed: 0,
  };
}

/** Counts a datagram that the kernel did not take, by the meaning of its error `code`. */
export function countSendError(counters: DatagramCounters, code: string): void {
  if (code === "EAGAIN" || code === "EWOULDBLOCK" || code === "ENOBUFS") counters.sendNoBuffer += 1;
  else if (code === "EMSGSIZE") counters.sendTooLong += 1;
  else counters.sendFailed += 1;
}
