import type { AdmissionDrop, AdmissionPurpose } from "./admission.ts";
import type { AllowedPeers } from "./allowed-peers.ts";
import type { EngineMaker } from "./create-engines.ts";
import type { Identity } from "./identity.ts";

/** What an endpoint needs. */
export interface QuicEndpointOptions {
  readonly identity: Identity;
  /** Makes the engines of its connections: their cryptography carries the identity's certificate. */
  readonly engines: EngineMaker;
  readonly purpose: AdmissionPurpose;
  readonly peers: AllowedPeers;
  /** Fills with cryptographically strong octets. */
  randomFill(octets: Uint8Array): void;
  /** Wall-clock time. */
  unixSeconds(): number;
  /** Largest datagram ever sent, envelope included. @default 16384 */
  readonly maxDatagramOctets?: number;
  /** Connections that it serves end after this much silence, milliseconds. @default 30 s */
  readonly idleTimeoutMs?: number;
  /** @default 64 */
  readonly retryThreshold?: number;
}

/** A packet that was not admitted, and what is known of who sent it. */
export interface QuicRefusal<Path> {
  readonly reason: AdmissionDrop | "before-start";
  /** The public key of who it says that it is from; `undefined`: nobody listed. Proven but for "bad-mac". */
  readonly peer: Uint8Array | undefined;
  /** The sender's clock less ours, in seconds; the sender's own unless "bad-mac". */
  readonly skewSeconds: number;
  /** Where it came from. */
  readonly path: Path;
}
