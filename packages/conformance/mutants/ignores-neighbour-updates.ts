/** Takes the first list of neighbours for the last. Fails CTRL-03: the ports stayed. */
import type { Neighbour } from "@flor/io";
import { PlainLink } from "./plain-link.ts";

class IgnoresNeighbourUpdates extends PlainLink {
  override setNeighbours(neighbours: readonly Neighbour[]): void {
    if (this.neighbours.size === 0) super.setNeighbours(neighbours);
  }
}

await new IgnoresNeighbourUpdates().run();
