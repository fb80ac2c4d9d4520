/** Declares roaming, and knows neighbours by their place alone. Fails RESI-07: never did. */
import { PlainLink } from "./plain-link.ts";

class StaysWhereItWas extends PlainLink {
  override capabilities: readonly string[] = ["stats", "roaming"];
}

await new StaysWhereItWas().run();
