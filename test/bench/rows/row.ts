import type { RunningPeer } from "../peers/peer.ts";
import type { Stage } from "../stage.ts";
import type { Impairments } from "@flor/testkit";

/** What a row measured once, by the name and unit of the figure: `{ "Mbit/s": 940, "CPU s/GB, client": 2.1 }`. */
export type Figures = Readonly<Record<string, number>>;

/** Something to measure for each peer: some lines of the table. */
export interface Row {
  readonly name: string;
  /** The path it needs; absent: a veth pair. */
  readonly impairments?: Impairments;
  /** The path toward the server, where it differs. */
  readonly uplink?: Impairments;
  /** Wants peers that have carried nothing yet: they are restarted for it in each round. @default false */
  readonly fresh?: boolean;
  /** Names of the peers it means something for. @default all */
  readonly only?: readonly string[];
  measure(stage: Stage, peer: RunningPeer): Promise<Figures>;
}
