/** Says TooBig for every frame that is too long. Fails DATA-14: 200 came. */
import { PlainLink } from "./plain-link.ts";

class FloodsWithTooBig extends PlainLink {
  override dropTooBig(frame: Uint8Array, port: number): void {
    this.end.sendTooBig(port, this.mtu, frame.length);
  }
}

await new FloodsWithTooBig().run();
