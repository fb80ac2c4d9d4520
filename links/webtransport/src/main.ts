import { runLink } from "@flor/link-kit";
import { webtransportLink } from "./webtransport-link.ts";

await runLink(webtransportLink);
