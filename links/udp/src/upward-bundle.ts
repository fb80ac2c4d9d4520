import { BUNDLE_MAX_OCTETS, SESSION_TOKEN_OCTETS, viewOf } from "@flor/wire";
import type { NodeDoor } from "@flor/link-kit";

/**
 * Frames gathered for the node, laid out as a Flor IO datagram: room for the session token, then frames. Reassembly
 * writes into it in place; short runs are copied so that one datagram carries many of them.
 */
export class UpwardBundle {
  readonly octets: Uint8Array = new Uint8Array(BUNDLE_MAX_OCTETS);
  readonly view: DataView = viewOf(this.octets);
  readonly #node: NodeDoor;
  #end = SESSION_TOKEN_OCTETS;

  constructor(node: NodeDoor) {
    this.#node = node;
  }

  get isEmpty(): boolean {
    return this.#end === SESSION_TOKEN_OCTETS;
  }

  /** Where the next frame goes. */
  get end(): number {
    return this.#end;
  }

  /** Makes room for `octets` at `end`, sending what is gathered if need be; false: the node takes nothing now. */
  reserve(octets: number): boolean {
    const room = Math.min(this.octets.length, SESSION_TOKEN_OCTETS + this.#node.runLimit) - this.#end;
    return octets <= room || this.flush();
  }

  /** The frames written at `end` are `octets` long. */
  commit(octets: number): void {
    this.#end += octets;
  }

  /** Hands what is gathered to the node; false: it takes nothing now, and the frames stay. */
  flush(): boolean {
    if (this.isEmpty) return true;
    if (!this.#node.receiveInPlace(this.octets, SESSION_TOKEN_OCTETS, this.#end)) return false;
    this.#end = SESSION_TOKEN_OCTETS;
    return true;
  }
}
