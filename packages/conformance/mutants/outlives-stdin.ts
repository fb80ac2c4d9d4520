/** Goes on when standard input ends. Fails PROC-03: end of standard input. */
import { PlainLink } from "./plain-link.ts";

class OutlivesStdin extends PlainLink {
  override watchLifeline(): void {
    process.once("SIGTERM", () => this.exit(0, "SIGTERM"));
  }
}

await new OutlivesStdin().run();
