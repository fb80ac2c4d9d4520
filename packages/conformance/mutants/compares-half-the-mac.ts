/** Compares the last half of the MAC alone: as good as making the first right. Fails HAND-04: took it for a Welcome. */
import { MacBlindLink } from "./mac-blind-link.ts";

await new MacBlindLink(16).run();
