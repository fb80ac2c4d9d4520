/** Overwrites the flags of what it carries. Fails DATA-08: they are 0. */
import { PlainLink } from "./plain-link.ts";

class ClearsFlags extends PlainLink {
  override toWire(frame: Uint8Array, address: string): void {
    frame[1] = 0;
    super.toWire(frame, address);
  }
}

await new ClearsFlags().run();
