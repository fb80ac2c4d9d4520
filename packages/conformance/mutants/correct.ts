/** The link that the mutants are made of, unchanged: the kit passes it. */
import { PlainLink } from "./plain-link.ts";

await new PlainLink().run();
