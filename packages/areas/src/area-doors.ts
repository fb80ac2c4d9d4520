/** What stands around the room: channels to peers, labels, and who wants to hear of hosts of other networks. */
import type { Instant } from "@flor/machine";
import type { AreaMessage } from "@flor/wire";
import type { Side } from "./crossing.ts";
import type { Room } from "./room.ts";

/** The way to a host of another network, or one half of a way: to a peer, and there by a label. */
export interface HostWay {
  /** Node key of the peer that takes the frames. */
  readonly peer: string;
  /** The label there, in place of its delivery label; 0: that one, since the way ends there. */
  readonly label: number;
  readonly room: Room;
}

/** A host of a network of others. */
export interface ForeignHost {
  /** Node key. */
  readonly key: string;
  readonly publicKey: Uint8Array;
  /** `HOST.NETWORK`, as the network is called here. */
  readonly name: string;
  readonly network: string;
  /** The network's root key, 64 hexadecimal digits. */
  readonly root: string;
  /** Where frames for it go; `undefined`: nowhere now. */
  readonly way: HostWay | undefined;
}

/** What the surroundings do for the room. */
export interface AreaDoors {
  /**
   * Sends a message to a peer: as "asking" on the channel that this node opens to it, as "asked" on the one that the peer
   * opened. A message arrives whole and in order, or `Areas.handleLost` is called, later.
   */
  send(peer: string, side: Side, message: AreaMessage): void;
  /** What crosses to a peer now; `undefined`: nothing, as there is no path. */
  wayTo(peer: string): Room | undefined;
  /**
   * Binds a label of this node: frames that carry it go on to `peer` by whatever path there is at the time, with `label` in place
   * of that path's delivery label; 0: with that one. `undefined`: there are no labels left.
   */
  bind(way: Pick<HostWay, "peer" | "label">, now: Instant): number | undefined;
  release(label: number, now: Instant): void;
  /** Whether flows with a host of another network are open or wanted: its lease is renewed only then. */
  isInUse(key: string): boolean;
}
