/** What the two processes of the hop's row are told and say, as data. */

/** What a process of the hop does. */
export interface HopOrder {
  /** Octets that are counted; before them a fifth as many are carried until everything is compiled. */
  readonly octets: number;
  /** Absent: it receives, and says HopReady. */
  readonly to?: HopReady;
}

/** What the receiving process says when frames can be sent to it. */
export interface HopReady {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Of the Flor IO session, hexadecimal. */
  readonly secret: string;
}

/** What each of them says at the end. */
export interface HopReport {
  /** Processor time that it used for the octets counted. */
  readonly processorSeconds: number;
  readonly seconds: number;
}
