import type { FrameDoor } from "./frame-door.ts";
import type { AnnouncedPort } from "./ports.ts";

/** An upper node as attached: the Flor IO end toward it. */
export interface UpperDoor extends FrameDoor {
  /** Tells the upper node its ports, whole. */
  setPorts(ports: readonly AnnouncedPort[]): void;
  /** Tells the upper node that its frame does not fit. */
  sendTooBig(port: number, mtu: number, octets: number): void;
}

/** What an upper node wants from us: a neighbour of its own behind one of our peers. */
export interface UpperNeighbour {
  readonly key: string;
  /** Name of our peer; empty: it comes to us. */
  readonly address: string;
  /** Adopt this port. */
  readonly port: number;
}
