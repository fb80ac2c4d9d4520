import { runLink } from "@flor/link-kit";
import { execLink } from "./exec-link.ts";

await runLink(execLink);
