import type { Peer } from "./peer.ts";

/** Nothing in between: what the path itself can do. */
export const direct: Peer = {
  name: "direct",
  missing: () => undefined,
  start: async (stage) => ({
    name: "direct",
    socksPort: undefined,
    target: stage.serverAddress,
    processes: {},
    startMs: 0,
    [Symbol.asyncDispose]: async () => {},
  }),
};
