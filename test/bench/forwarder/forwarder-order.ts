/** What the processes of the forwarder's row tell each other, as data. */

/** How frames reach the forwarder and leave it. */
export type Carriage =
  /** In bundles over Flor IO sessions, as between a node and its links. */
  | "flor-io"
  /** In datagrams that the kernel joins and cuts (GRO, GSO), as a link meets the wire. */
  | "wire";

/** What the forwarding process says when it can be flooded. */
export interface ForwarderReady {
  readonly carriage: Carriage;
  /** Frames under this label go on. */
  readonly label: number;
  /** Of 127.0.0.1: where frames come in, and, by Flor IO, where the next hop says Hello. */
  readonly ports: readonly number[];
  /** Of the Flor IO sessions, hexadecimal. */
  readonly secret: string;
}

/** What the flooding process does. */
export interface FloodOrder {
  readonly forwarder: ForwarderReady;
  /** The forwarding process. */
  readonly pid: number;
  /** Octets of a frame, header and labels included. */
  readonly frameOctets: number;
  readonly seconds: number;
}

/** What came out of the forwarder while the flood was measured. */
export interface FloodReport {
  readonly frames: number;
  readonly seconds: number;
  /** Processor time that the forwarding process used meanwhile. */
  readonly processorSeconds: number;
}
