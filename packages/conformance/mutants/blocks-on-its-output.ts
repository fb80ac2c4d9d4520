/** Traces every frame to standard output and waits for somebody to read it. Fails PROC-06: Credit|Pong|silent|closed. */
import { writeSync } from "node:fs";
import { PlainLink } from "./plain-link.ts";

class BlocksOnItsOutput extends PlainLink {
  override handleFrame(frame: Uint8Array, port: number): void {
    writeSync(1, `${port} ${Buffer.from(frame).toString("hex")}\n`);
    super.handleFrame(frame, port);
  }
}

await new BlocksOnItsOutput().run();
