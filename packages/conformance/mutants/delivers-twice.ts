/** Hands every tenth frame up twice. Fails DATA-06: each frame once. */
import { PlainLink } from "./plain-link.ts";

class DeliversTwice extends PlainLink {
  #count = 0;

  override upward(frame: Uint8Array, port: number): void {
    this.#count += 1;
    super.upward(frame, port);
    if (this.#count % 10 === 0) super.upward(frame, port);
  }
}

await new DeliversTwice().run();
