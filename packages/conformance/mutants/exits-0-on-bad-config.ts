/** Says goodbye to a bad configuration as if all were well. Fails PROC-08: exit code 78. */
import { PlainLink } from "./plain-link.ts";

class Exits0OnBadConfig extends PlainLink {
  override exit(code: number, reason: string): void {
    super.exit(code === 78 ? 0 : code, reason);
  }
}

await new Exits0OnBadConfig().run();
