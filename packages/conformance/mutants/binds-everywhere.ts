/** Binds its Flor IO socket to every address of the machine. Fails SECU-02: it is bound to 0.0.0.0. */
import type { Socket } from "node:dgram";
import { bound, PlainLink } from "./plain-link.ts";

class BindsEverywhere extends PlainLink {
  override async openFlorSocket(): Promise<Socket> {
    return bound("0.0.0.0", 0);
  }

  override toNode(datagram: Uint8Array): void {
    this.flor.send(datagram, this.bootstrap.nodePort, "127.0.0.1", () => {});
  }
}

await new BindsEverywhere().run();
