/** Says goodbye when a frame comes. Fails DATA-01: a session that lasts|the process exited with 0. */
import { PlainLink } from "./plain-link.ts";

class LeavesAtTheFirstFrame extends PlainLink {
  override handleFrame(): void {
    this.exit(0, "a frame came");
  }
}

await new LeavesAtTheFirstFrame().run();
