import { runLink } from "@flor/link-kit";
import { tcpLink } from "./tcp-link.ts";

await runLink(tcpLink);
