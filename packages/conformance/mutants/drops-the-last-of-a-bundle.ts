/** Forgets the last frame when several came in one datagram. Fails DATA-11: never came. */
import { frameEnd } from "@flor/wire";
import { PlainLink } from "./plain-link.ts";

class DropsTheLastOfABundle extends PlainLink {
  override handleFrames(octets: Uint8Array, view: DataView, offset: number, end: number): void {
    let last = offset;
    for (let at = offset; at < end; at = frameEnd(view, at, end)) last = at;
    super.handleFrames(octets, view, offset, last === offset ? end : last);
  }
}

await new DropsTheLastOfABundle().run();
