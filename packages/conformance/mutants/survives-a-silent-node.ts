/** Never stops waiting for a silent node. Fails RESI-06: the process still runs. */
import { PlainLink } from "./plain-link.ts";

class SurvivesASilentNode extends PlainLink {
  override exit(code: number, reason: string): void {
    if (code !== 75) super.exit(code, reason);
  }
}

await new SurvivesASilentNode().run();
