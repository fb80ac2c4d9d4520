/** Starts a process that lives on without it. Fails PROC-09: still there. */
import { spawn } from "node:child_process";
import { PlainLink } from "./plain-link.ts";

class ForksAnOrphan extends PlainLink {
  override handleReady(): void {
    spawn("sleep", ["600"], { detached: true, stdio: "ignore" }).unref();
  }
}

await new ForksAnOrphan().run();
