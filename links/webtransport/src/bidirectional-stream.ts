import { Duplex } from "node:stream";
import type { ReadableStream, WritableStream } from "node:stream/web";
import type { IpEndpoint } from "@flor/host/datagram";
import type { CarriedStream } from "@flor/stream-carrier";

/** A bidirectional stream of WebTransport. */
export interface BidirectionalStream {
  readonly readable: unknown;
  readonly writable: unknown;
}

/** What a stream belongs to; it has no other. */
export interface Session {
  close(): void;
  readonly closed: Promise<unknown>;
}

/** A session's only stream, ready to carry frames. */
export function carriedBidirectionalStream(
  { readable, writable }: BidirectionalStream,
  session: Session,
  address: string,
  remote?: IpEndpoint,
): CarriedStream {
  const pair = { readable: readable as ReadableStream, writable: writable as WritableStream };
  const duplex = Duplex.fromWeb(pair, { highWaterMark: 1 });
  const gone = (): void => void duplex.destroy();
  session.closed.then(gone, gone);
  const destroy = (): void => {
    duplex.on("error", () => {}).destroy();
    closeSession(session);
  };
  return { input: duplex, output: duplex, address, remote, destroy };
}

/** Ends a session that may have ended. */
export function closeSession(session: Session): void {
  session.closed.catch(() => {});
  try {
    session.close();
  } catch {
    // It was never open, or is closed already.
  }
}
