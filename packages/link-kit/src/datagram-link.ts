/**
 * The simple way to write a link: one frame in, one frame out. The kit keeps the rules of Flor IO: a frame of exactly
 * the port's MTU passes, a longer one is dropped, counted and answered with TooBig, and the port number stays local.
 */
import { frameEnd, frameField, viewOf } from "@flor/wire";
import type { Neighbour } from "@flor/io";
import type { LinkDefinition } from "./link-definition.ts";
import type { NodeDoor } from "./node-door.ts";

/** The node, as a simple link sees it. */
export type DatagramDoor = Pick<
  NodeDoor,
  "announce" | "withdraw" | "receive" | "count" | "log" | "stop" | "stateDirectory"
>;

/** An open simple link. */
export interface DatagramLink {
  /** Sends one whole frame to the neighbour at `port`. The octets are yours to keep. */
  send(port: number, frame: Uint8Array): void;
  /** Every neighbour that the node wants, whole, each time something changes. Repeats are harmless. */
  setNeighbours?(neighbours: readonly Neighbour[]): void;
  /** Closes everything the link opened. */
  close?(): Promise<void> | void;
}

/** A {@link LinkDefinition} whose `open` makes a {@link DatagramLink}. */
export type DatagramLinkDefinition<Config> = Omit<LinkDefinition<Config>, "open"> & {
  open(config: Config, node: DatagramDoor): Promise<DatagramLink> | DatagramLink;
};

/** Makes a link program of one that sends and receives frames one by one. */
export function datagramLink<Config>(definition: DatagramLinkDefinition<Config>): LinkDefinition<Config> {
  return {
    ...definition,
    async open(config, node) {
      const mtus = new Map<number, number>();
      const link = await definition.open(config, doorWithMtus(node, mtus));
      return {
        handleFrames(octets, view, offset, end) {
          for (let at = offset; at < end; at = frameEnd(view, at, end)) {
            sendFrame(link, node, mtus, new Uint8Array(octets.subarray(at, frameEnd(view, at, end))));
          }
        },
        setNeighbours: (neighbours) => link.setNeighbours?.(neighbours),
        close: async () => link.close?.(),
      };
    },
  };
}

function sendFrame(link: DatagramLink, node: NodeDoor, mtus: ReadonlyMap<number, number>, frame: Uint8Array): void {
  const view = viewOf(frame);
  const port = view.getUint16(frameField.port);
  const mtu = mtus.get(port);
  if (mtu === undefined) return node.count("drop.unknown-port");
  if (frame.length > mtu) {
    node.count("drop.too-big");
    return node.tooBig(port, mtu, frame.length);
  }
  view.setUint16(frameField.port, 0);
  node.count("sent");
  link.send(port, frame);
}

/** A door that remembers the MTU of each announced port and counts what comes in. */
function doorWithMtus(node: NodeDoor, mtus: Map<number, number>): DatagramDoor {
  return {
    stateDirectory: node.stateDirectory,
    announce(port) {
      node.announce(port);
      mtus.set(port.port, port.mtu);
    },
    withdraw(port) {
      mtus.delete(port);
      node.withdraw(port);
    },
    receive(port, frame) {
      if (!mtus.has(port)) {
        node.count("drop.unknown-port");
        return false;
      }
      const isTaken = node.receive(port, frame);
      if (isTaken) node.count("received");
      return isTaken;
    },
    count: (name, by) => node.count(name, by),
    log: (level, message) => node.log(level, message),
    stop: (exitCode, reason) => node.stop(exitCode, reason),
  };
}
