/** Does not look at the session token. Fails SECU-01: the link answered. */
import { decodeEnvelope } from "@flor/wire";
import { isHandshake, PlainLink } from "./plain-link.ts";

class AcceptsAnySessionToken extends PlainLink {
  #token: Uint8Array | undefined;

  override toNode(datagram: Uint8Array): void {
    if (isHandshake(datagram)) this.#token ??= decodeEnvelope(datagram.subarray(24, -32))?.hello?.token ?? undefined;
    super.toNode(datagram);
  }

  override fromNode(datagram: Uint8Array): void {
    if (!isHandshake(datagram) && this.#token !== undefined) datagram.set(this.#token);
    super.fromNode(datagram);
  }
}

await new AcceptsAnySessionToken().run();
