/** Takes datagrams from any port of the machine. Fails SECU-04: the link answered. */
import type { Socket } from "node:dgram";
import { bound, PlainLink } from "./plain-link.ts";

class HearsOtherPorts extends PlainLink {
  override async openFlorSocket(): Promise<Socket> {
    return bound("127.0.0.1", 0);
  }

  override toNode(datagram: Uint8Array): void {
    this.flor.send(datagram, this.bootstrap.nodePort, "127.0.0.1", () => {});
  }
}

await new HearsOtherPorts().run();
