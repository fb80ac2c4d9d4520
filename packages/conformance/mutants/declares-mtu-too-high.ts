/** Declares one octet more than it carries. Fails DATA-03: never did. */
import { PlainLink } from "./plain-link.ts";

class DeclaresMtuTooHigh extends PlainLink {
  override carriedMtu = 1399;
}

await new DeclaresMtuTooHigh().run();
