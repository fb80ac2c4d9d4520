import type { LinkChildOptions } from "./link-child.ts";

/** How one link process of a case is started. */
export interface LinkStart extends LinkChildOptions {
  readonly config: unknown;
  /** @default none */
  readonly stateDir?: string;
  /** Factor by which every time limit is multiplied. @default 1 */
  readonly patience?: number;
  /** For the handshake, as the link is told. @default 5000 times the patience */
  readonly deadlineMs?: number;
  /** As the link is told. @default this process */
  readonly parentPid?: number;
  /** Credit is granted as from a receive buffer of this size. @default that of the socket */
  readonly receiveBufferOctets?: number;
  /** @default 32 fresh octets */
  readonly secret?: Uint8Array;
  /** Written instead of the bootstrap line. */
  readonly line?: string;
  /** Sees every datagram, as it came ("in": from the link) or went. */
  readonly capture?: (direction: "in" | "out", datagram: Uint8Array) => void;
}

/** Which of the two instances. */
export type InstanceName = "near" | "far";

/** What a case may say of a start; the rest comes from the kit's options. */
export type StartOptions = Partial<Omit<LinkStart, "caseId" | "capture" | "patience">>;
