/** Gives more credit than any buffer holds. Fails FLOW-04: an end of the credit. */
import { PlainLink } from "./plain-link.ts";

class GivesCreditWithoutEnd extends PlainLink {
  override createEnd(): ReturnType<PlainLink["createEnd"]> {
    this.flor.getRecvBufferSize = () => 2 ** 40;
    return super.createEnd();
  }
}

await new GivesCreditWithoutEnd().run();
