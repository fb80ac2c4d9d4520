/** Carries one octet more than it declares. Fails DATA-02: got a frame of 1401 octets. */
import { PlainLink } from "./plain-link.ts";

class DeclaresMtuTooLow extends PlainLink {
  override carriedMtu = 1401;
}

await new DeclaresMtuTooLow().run();
