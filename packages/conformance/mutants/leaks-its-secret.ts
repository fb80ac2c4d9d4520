/** Starts a child with the secret among its arguments. Fails PROC-10: has it in its arguments. */
import { spawn } from "node:child_process";
import { PlainLink } from "./plain-link.ts";

class LeaksItsSecret extends PlainLink {
  override handleReady(): void {
    const secret = Buffer.from(this.bootstrap.secret).toString("hex");
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600000)", secret], { stdio: "ignore" });
    process.on("exit", () => child.kill());
  }
}

await new LeaksItsSecret().run();
