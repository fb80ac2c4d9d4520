import type { Inbound } from "@flor/flows";
import type { Destination } from "@flor/wire";

/** Whoever connects is connected to one destination, and says nothing of it. A failure is an end, or a reset, of the client. */
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
