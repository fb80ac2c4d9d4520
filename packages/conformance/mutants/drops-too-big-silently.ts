/** Drops what is too long and says nothing. Fails DATA-02: nothing came. */
import { PlainLink } from "./plain-link.ts";

class DropsTooBigSilently extends PlainLink {
  override handleFrame(frame: Uint8Array, port: number): void {
    if (frame.length <= this.mtu) super.handleFrame(frame, port);
  }
}

await new DropsTooBigSilently().run();
