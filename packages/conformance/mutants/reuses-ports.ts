/** Shares its Flor IO port with everyone who asks. Fails SECU-03: no second socket. */
import type { Socket } from "node:dgram";
import { bound, PlainLink } from "./plain-link.ts";

class ReusesPorts extends PlainLink {
  override async openFlorSocket(): Promise<Socket> {
    const socket = await bound("127.0.0.1", 0, { reuseAddr: true });
    await new Promise<void>((resolve) => socket.connect(this.bootstrap.nodePort, "127.0.0.1", resolve));
    return socket;
  }
}

await new ReusesPorts().run();
