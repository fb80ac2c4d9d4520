/** Does not look at the MAC of Welcome: as good as making it right. Fails HAND-04: took it for a Welcome. */
import { MacBlindLink } from "./mac-blind-link.ts";

await new MacBlindLink(32).run();
