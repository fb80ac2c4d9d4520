import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { LocalSocket, LocalSocketListener } from "@flor/flows";
import { FlorSocket } from "./flor-socket.ts";
import type { SocketPair } from "./socket-case.testing.ts";

/** A pair over TCP on loopback. */
export async function netPair(allowHalfOpen: boolean): Promise<SocketPair> {
  const server = createServer({ allowHalfOpen });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const accepted = once(server, "connection");
  const client = connect({ host: "127.0.0.1", port, allowHalfOpen });
  await once(client, "connect");
  const [socket] = (await accepted) as [Socket];
  server.close();
  return { client, server: socket };
}

/** A pair whose nodes' sides are joined directly, as a flow would join them: one turn later, with back-pressure. */
export function joinedPair(allowHalfOpen: boolean): Promise<SocketPair> {
  const client = new FlorSocket({ allowHalfOpen, isConnected: true });
  const server = new FlorSocket({ allowHalfOpen, isConnected: true });
  join(client.local, server.local);
  join(server.local, client.local);
  return Promise.resolve({ client, server });
}

/** Octets that are under way before the writer is told to stop, as the window of a stream. */
const WINDOW_OCTETS = 262_144;

function join(from: LocalSocket, to: LocalSocket): void {
  let underWay = 0;
  const listener: LocalSocketListener = {
    handleOctets: (octets) => {
      const copy = octets.slice();
      underWay += copy.length;
      if (underWay >= WINDOW_OCTETS) from.pause();
      setImmediate(() => {
        underWay -= copy.length;
        if (to.write(copy) > 0) from.pause();
        else if (underWay < WINDOW_OCTETS) from.resume();
      });
    },
    handleEnd: () => setImmediate(() => to.end()),
    handleReset: () => setImmediate(() => to.reset()),
    // What arrived at `from` is drained: the other side may go on.
    handleDrain: () => to.resume(),
  };
  from.listen(listener);
}
