import { openAssociationSocket } from "@flor/host";
import type { ClientDatagramsOwner, OpenClientDatagrams } from "@flor/inbounds";

/** UDP sockets that the clients of one inbound may have at once. */
export const INBOUND_ASSOCIATIONS_MAX = 4096;
/** Clients of one inbound at most. */
export const INBOUND_CLIENTS_MAX = 16_384;
/** One in so many of an inbound's descriptors is for UDP associations. */
const ASSOCIATIONS_SHARE = 4;

/** How many clients and UDP associations an inbound has at most, of so many descriptors: an association takes one, too. */
export function inboundBounds(descriptors: number): { readonly clients: number; readonly associations: number } {
  const associations = Math.min(INBOUND_ASSOCIATIONS_MAX, Math.floor(descriptors / ASSOCIATIONS_SHARE));
  return { clients: Math.min(INBOUND_CLIENTS_MAX, descriptors - associations), associations };
}

/** Opens the UDP sockets of an inbound's clients. @param max of them at once, now @param count told why one is not opened */
export function clientSockets(max: () => number, count: (reason: string) => void): OpenClientDatagrams {
  let open = 0;
  return ({ local, remote }, port, owner) => {
    if (open >= max()) {
      count("too-many-associations");
      return owner.handleOpen(undefined);
    }
    open += 1;
    const closed = (): void => void (open -= 1);
    void openFor({ local: local?.address ?? "", client: remote?.address ?? "", port }, owner, closed).catch(
      (error: unknown) => {
        closed();
        count(`association-${error instanceof Error && "code" in error ? String(error.code).toLowerCase() : "failed"}`);
        owner.handleOpen(undefined);
      },
    );
  };
}

async function openFor(
  ends: { readonly local: string; readonly client: string; readonly port: number },
  owner: ClientDatagramsOwner,
  closed: () => void,
): Promise<void> {
  const socket = await openAssociationSocket({
    ...ends,
    handleDatagram: (octets, start, end) => owner.handleClientDatagram(octets, start, end),
    handleDropped: (reason) => owner.handleDropped(reason),
  });
  let isClosed = false;
  owner.handleOpen({
    bound: socket.bound,
    send: (octets, start, end) => socket.send(octets, start, end),
    close() {
      if (isClosed) return;
      isClosed = true;
      closed();
      socket.close();
    },
  });
}
