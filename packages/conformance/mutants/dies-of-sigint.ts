/** Lets a terminal's Ctrl-C end it. Fails PROC-14: ended by SIGINT. */
import { PlainLink } from "./plain-link.ts";

class DiesOfSigint extends PlainLink {
  override handleReady(): void {
    process.removeAllListeners("SIGINT");
  }
}

await new DiesOfSigint().run();
