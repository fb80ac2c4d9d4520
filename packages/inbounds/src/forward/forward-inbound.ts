import type { Inbound } from "@flor/flows";
import type { Destination } from "@flor/wire";

/** Connects every client to one destination; there is no negotiation. On failure the client is closed or reset. */
export function createForwardInbound(destination: Destination | undefined): Inbound {
  if (destination === undefined) throw new RangeError("a forward needs a destination");
  return {
    kind: "tcp",
    converse: (socket) => ({
      handleOctets: (octets) => ({
        state: "requested",
        request: { network: "tcp", destination, user: undefined, early: octets.slice(), socket, reply: () => {} },
      }),
    }),
  };
}
