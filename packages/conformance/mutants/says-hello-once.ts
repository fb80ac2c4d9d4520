/** Says Hello and Ready once and waits. Fails HAND-02: four Hellos. */
import { isHandshake, PlainLink } from "./plain-link.ts";

class SaysHelloOnce extends PlainLink {
  #said = new Set<number>();

  override toNode(datagram: Uint8Array): void {
    if (isHandshake(datagram) && this.#said.has(datagram.length)) return;
    this.#said.add(datagram.length);
    super.toNode(datagram);
  }
}

await new SaysHelloOnce().run();
