/** One neighbour that the node wants of a link (proto/flor_io.proto, Neighbour). */
export interface Neighbour {
  /** Becomes {@link Port.key}. 1 to 255 characters. */
  readonly key: string;
  /** In the link's own syntax; empty: the neighbour comes to us. */
  readonly address: string;
  /** 8 octets, or none: frames that carry it come from this neighbour, wherever they come from. */
  readonly token: Uint8Array;
  /** Adopts this provisional port as the neighbour's; 0: none. */
  readonly port: number;
  /** The neighbour's node id, for links that pin it. */
  readonly peer: string;
  /**
   * With the capability "punch": where a neighbour that may be behind a NAT may be, the preferred one first; 16 at
   * most. It tries to reach this link at the same time.
   */
  readonly candidates?: string[];
  /** 8 octets, with candidates: probes to the neighbour carry it. */
  readonly candidateToken?: Uint8Array;
  /** Rises when another round of probes begins. */
  readonly round?: number;
}

/** The capability of a link that finds neighbours behind NATs. */
export const PUNCH_CAPABILITY = "punch";
/** Candidates of one neighbour, and addresses of a link, at most; a longer list is malformed. */
export const CANDIDATES_MAX = 16;

/** Neighbours of one link at most; a longer list is malformed. */
export const NEIGHBOURS_MAX = 1024;
