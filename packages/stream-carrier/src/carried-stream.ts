import type { IpEndpoint } from "@flor/host/datagram";
import type { Duplex, Readable, Writable } from "node:stream";

/** Two ordered, reliable octet streams, one each way: a socket, a command's standard input and output. */
export interface CarriedStream {
  readonly input: Readable;
  readonly output: Writable;
  /** Where it leads, for people. */
  readonly address: string;
  /** Where its octets go, if that is an address: what the kernel is asked for the way to. */
  readonly remote?: IpEndpoint | undefined;
  /** Lets go of everything that belongs to it. Called once. */
  destroy(): void;
  /** Why it ended, when the end of the octets tells less than what stands behind it: a command's exit, say. */
  readonly reason?: Promise<string>;
}

/**
 * Opens a stream to an address in the link's own syntax, where the node with the id `peer` should be. Rejects with an
 * Error that says why, and when `signal` is aborted.
 */
export type DialStream = (address: string, signal: AbortSignal, peer: string) => Promise<CarriedStream>;

/** A stream that goes both ways by itself. */
export function carriedStreamOf(duplex: Duplex, address: string, remote?: IpEndpoint): CarriedStream {
  return { input: duplex, output: duplex, address, remote, destroy: () => void duplex.destroy() };
}
