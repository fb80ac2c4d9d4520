import { runLink } from "@flor/link-kit";
import { ptLink } from "./pt-link.ts";

await runLink(ptLink);
