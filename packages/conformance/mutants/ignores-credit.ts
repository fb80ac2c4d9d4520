/** Sends without regard to credit. Fails FLOW-01: before the first Credit. */
import { PlainLink } from "./plain-link.ts";

class IgnoresCredit extends PlainLink {
  override handleReady(): void {
    this.end.credit.raise(1e9, 1e12);
  }
}

await new IgnoresCredit().run();
