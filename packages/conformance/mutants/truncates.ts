/** Cuts what is too long instead of dropping it. Fails DATA-02: got a frame of 1400 octets. */
import { FRAME_HEADER_OCTETS, frameField, viewOf } from "@flor/wire";
import { PlainLink } from "./plain-link.ts";

class Truncates extends PlainLink {
  override handleFrame(frame: Uint8Array, port: number): void {
    if (frame.length <= this.mtu) return super.handleFrame(frame, port);
    const cut = frame.slice(0, this.mtu);
    viewOf(cut).setUint16(frameField.length, this.mtu - FRAME_HEADER_OCTETS);
    super.handleFrame(cut, port);
  }
}

await new Truncates().run();
