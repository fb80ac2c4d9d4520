/** Changes the last octet of contents that have a hundred or more. Fails DATA-01: octets. */
import { PlainLink } from "./plain-link.ts";

class ChangesAnOctet extends PlainLink {
  override toWire(frame: Uint8Array, address: string): void {
    const last = frame.length - 1;
    if (last > 115) frame[last] = (frame[last] ?? 0) ^ 1;
    super.toWire(frame, address);
  }
}

await new ChangesAnOctet().run();
