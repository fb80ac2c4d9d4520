import type { Port } from "@flor/io";

/** A port as a link announces it. */
export interface PortAnnouncement {
  /** 1 to 65535. Announcing a number again replaces what was said of it. */
  readonly port: number;
  /** Stable over restarts of the link: the neighbour's key, or the remote address. 1 to 255 characters. */
  readonly key: string;
  /** Octets of the largest frame carried whole, header included. */
  readonly mtu: number;
  /** False as soon as the link knows that frames cannot leave: the node takes another way at once. @default true */
  readonly up?: boolean;
  /** With the capability "segments": the largest frame that crosses unsegmented. @default mtu */
  readonly segmentMtu?: number;
  /** @default false */
  readonly ordered?: boolean;
  /** @default false */
  readonly reliable?: boolean;
  /** @default false */
  readonly encrypted?: boolean;
  /** Where the port leads, for people. @default "" */
  readonly address?: string;
  /** A stranger's first datagram made it; it goes unless the node adopts it. @default false */
  readonly provisional?: boolean;
  /** Why the neighbour is not reached, for people; shown by `flor status`. @default "" */
  readonly problem?: string;
}

/** How urgent a log line is. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** The node, as a link sees it. */
export interface NodeDoor {
  /** A folder that survives restarts of this link, or `undefined` when the node gave none. */
  readonly stateDirectory: string | undefined;
  /** Whether the node would take a frame now: false before the handshake and while credit is spent; its return is told. */
  readonly canReceive: boolean;
  /** The longest run, in octets, that `receiveInPlace` passes in one datagram: a longer one may never find credit. */
  readonly runLimit: number;
  /**
   * Tells the node of a port, new or changed. All announcements of a turn go as one list.
   * @throws RangeError when the port is out of range or more than 256 ports are announced
   */
  announce(port: PortAnnouncement): void;
  /** Takes a port back. */
  withdraw(port: number): void;
  /**
   * With the capability "punch": tells the node where the link listens, all places, as "192.168.1.5:4600/24". 16 at
   * most; a repeat of the last list goes nowhere.
   */
  setAddresses(addresses: readonly string[]): void;
  /**
   * Hands a whole frame from the neighbour at `port` to the node, stamping the port. Copied before return.
   * @returns false: not a well-formed data frame, or no credit; dropped and counted
   */
  receive(port: number, frame: Uint8Array): boolean;
  /**
   * Hands whole data frames, back to back in `octets[offset, end)`, to the node without a copy where it can. The port
   * field of each must be stamped already. The 8 octets before `offset` are overwritten.
   * @returns false: no credit for all of them. Of a run within `runLimit` nothing was taken: offer it again when
   *   `handleCreditRegained` is called, or count it as dropped
   */
  receiveInPlace(octets: Uint8Array, offset: number, end: number): boolean;
  /** Sends what `receive` gathered. The kit does so at the end of each turn; call it to be sooner. */
  flush(): void;
  /** Tells the node that a frame of `octets` octets did not fit `port`, which carries `mtu`; at most 10 a second and port. */
  tooBig(port: number, mtu: number, octets: number): void;
  /** Adds to one of the link's figures, e.g. "drop.too-big"; the node shows the first 60 names. */
  count(name: string, by?: number): void;
  /** Writes one structured line to standard error, where the node reads it. */
  log(level: LogLevel, message: string): void;
  /** Ends the process in order, with this exit code and reason: 75 to be started again, 78 not to be. */
  stop(exitCode: number, reason: string): void;
}

/** The port as it goes to the node. */
export function portOf(announcement: PortAnnouncement): Port {
  const { port, key, mtu, up = true, segmentMtu = mtu, ordered = false, reliable = false } = announcement;
  const { encrypted = false, address = "", provisional = false, problem = "" } = announcement;
  return {
    port,
    key,
    up,
    mtu,
    segmentMtu,
    ordered,
    reliable,
    encrypted,
    address,
    provisional,
    ...(problem !== "" && { problem }),
  };
}
