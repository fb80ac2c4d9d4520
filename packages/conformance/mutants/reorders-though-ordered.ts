/** Declares its ports ordered and lets frames overtake each other. Fails DATA-05: the order sent. */
import { PlainLink } from "./plain-link.ts";

class ReordersThoughOrdered extends PlainLink {
  override isOrdered = true;
  #held: [Uint8Array, number] | undefined;

  override upward(frame: Uint8Array, port: number): void {
    const held = this.#held;
    this.#held = held === undefined && Math.random() < 0.2 ? [frame.slice(), port] : undefined;
    if (this.#held !== undefined) return;
    super.upward(frame, port);
    if (held !== undefined) super.upward(...held);
  }
}

await new ReordersThoughOrdered().run();
