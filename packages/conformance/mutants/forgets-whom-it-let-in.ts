/** Makes ports for strangers, and gives their neighbour another one. Fails RESI-08: port 1 under the key "near". */
import type { Neighbour } from "@flor/io";
import { PlainLink } from "./plain-link.ts";

class ForgetsWhomItLetIn extends PlainLink {
  override fromWire(frame: Uint8Array, address: string): void {
    const isKnown = [...this.neighbours.values()].some((neighbour) => neighbour.address === address);
    if (!isKnown) this.neighbours.set(1, { key: address, address, token: new Uint8Array(0), port: 0, peer: "" });
    if (!isKnown) this.announce();
    super.fromWire(frame, address);
  }

  /** The stranger keeps its port, beside that of the neighbour that it has become. */
  override setNeighbours([neighbour]: readonly Neighbour[]): void {
    this.neighbours.delete(2);
    if (neighbour !== undefined) this.neighbours.set(2, neighbour);
    this.announce();
  }

  override announce(): void {
    const ports = [...this.neighbours].map(([port, { key, address }]) => {
      return { port, key, address, up: true, mtu: this.mtu, ordered: false, provisional: key.includes(":") };
    });
    this.end.setPorts(ports, performance.now());
  }
}

await new ForgetsWhomItLetIn().run();
