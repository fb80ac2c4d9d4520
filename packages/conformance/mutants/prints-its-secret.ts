/** Prints the bootstrap line, to help with debugging. Fails PROC-13: it was printed. */
import { PlainLink } from "./plain-link.ts";

class PrintsItsSecret extends PlainLink {
  override handleReady(): void {
    process.stderr.write(`secret ${Buffer.from(this.bootstrap.secret).toString("base64")}\n`);
  }
}

await new PrintsItsSecret().run();
