/** Announces its ports, of which it has none yet, as soon as it is ready. Fails HAND-14: Ports without any. */
import { PlainLink } from "./plain-link.ts";

class AnnouncesTooEarly extends PlainLink {
  override handleReady(): void {
    this.announce();
  }
}

await new AnnouncesTooEarly().run();
