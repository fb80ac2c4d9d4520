import { randomFillSync } from "node:crypto";
import type { NodeHost } from "@flor/node";

/** What stands around a node core that carries flows of nobody. */
export function idleHost({ wake, setNeighbours = () => {} }: Pick<NodeHost, "wake"> & Partial<NodeHost>): NodeHost {
  return {
    randomFill: (octets) => void randomFillSync(octets),
    unixSeconds: () => Math.floor(Date.now() / 1000),
    dial: () => () => {},
    dialTarget: () => () => {},
    handleOwnRecords: () => {},
    openDatagrams: () => () => {},
    setNeighbours,
    wake,
    log: () => {},
  };
}
