/** One neighbour as a link knows it (proto/flor_io.proto, Port). */
export interface Port {
  /** 1 to 65535; may change over restarts of the link. */
  readonly port: number;
  /** Stable over restarts of the link: the neighbour's key, or the remote address. 1 to 255 characters. */
  readonly key: string;
  readonly up: boolean;
  /** Octets of the largest frame carried whole, header included. */
  readonly mtu: number;
  /** With the capability "segments": the largest frame that crosses unsegmented; else equal to `mtu`. */
  readonly segmentMtu: number;
  readonly ordered: boolean;
  readonly reliable: boolean;
  readonly encrypted: boolean;
  /** Where the port leads, for people. */
  readonly address: string;
  /** A stranger's first datagram made it; it goes unless the node adopts it. */
  readonly provisional: boolean;
  /** Why the neighbour is not reached, as far as the link knows, for people; absent or empty: nothing is known. */
  readonly problem?: string;
}

/** Ports of one link at most; a longer list is malformed. */
export const PORTS_MAX = 1024;
/** Characters of a key, an address or a peer at most. */
export const NAME_MAX_CHARACTERS = 255;
/** The highest port number. */
export const PORT_NUMBER_MAX = 65_535;
