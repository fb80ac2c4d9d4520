import { runLink } from "@flor/link-kit";
import { udpLink } from "./udp-link.ts";

await runLink(udpLink);
