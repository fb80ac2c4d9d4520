/** Connection ids that the peer issued, RFC 9000 section 5.1, and their reset tokens, section 10.3. */
import { sameOctets } from "../connection-id.ts";
import { equalsInConstantTime } from "../constant-time.ts";
import { frameType } from "../frame/frame-type.ts";
import type { PacketBuilder } from "../frame/packet-builder.ts";
import { RESET_TOKEN_OCTETS } from "../packet/transport-parameters.ts";
import { transportError } from "../packet/transport-error.ts";
import { sentFrame } from "../recovery/sent-frames.ts";

/** What we promise as active_connection_id_limit. */
export const ACTIVE_CONNECTION_ID_LIMIT = 2;
/** Ids that may wait to be retired; a peer that makes us retire more is let go, RFC 9000 section 5.1.2. */
export const RETIRED_IDS_MAX = 16;

interface IssuedId {
  readonly sequence: number;
  readonly id: Uint8Array;
  readonly token: Uint8Array | undefined;
}

export class PeerConnectionIds {
  #active: IssuedId[];
  /** Sequence numbers whose RETIRE_CONNECTION_ID is to be sent. */
  readonly #retiring: number[] = [];
  #unacknowledged = 0;
  #retiredBelow = 0;

  /** @param id where the first packets go */
  constructor(id: Uint8Array) {
    this.#active = [{ sequence: 0, id, token: undefined }];
  }

  /** Where packets go now. */
  get current(): Uint8Array {
    return this.#active[0]?.id ?? new Uint8Array(0);
  }

  /** The peer chose its id for the handshake, or a Retry did. */
  setFirst(id: Uint8Array): void {
    this.#active = [{ sequence: 0, id, token: this.#active[0]?.token }];
  }

  /** The stateless_reset_token of a server's transport parameters. */
  setFirstToken(token: Uint8Array): void {
    const first = this.#active[0];
    if (first !== undefined) this.#active[0] = { ...first, token };
  }

  get owesRetire(): boolean {
    return this.#retiring.length > 0;
  }

  /** NEW_CONNECTION_ID; 0 or a transport error. */
  handleNew(sequence: number, retirePriorTo: number, id: Uint8Array, token: Uint8Array): number {
    if (this.current.length === 0) return transportError.protocolViolation;
    if (retirePriorTo > sequence || id.length === 0) return transportError.frameEncoding;
    const known = this.#active.find((each) => each.sequence === sequence || sameOctets(each.id, id));
    if (known !== undefined) {
      const isSame = known.sequence === sequence && sameOctets(known.id, id);
      return isSame ? 0 : transportError.protocolViolation;
    }
    if (sequence < this.#retiredBelow) return this.#retire(sequence);
    this.#retiredBelow = Math.max(this.#retiredBelow, retirePriorTo);
    this.#active.push({ sequence, id: id.slice(), token: token.slice() });
    for (const { sequence: old } of this.#active.filter((each) => each.sequence < this.#retiredBelow)) {
      const error = this.#retire(old);
      if (error !== 0) return error;
    }
    this.#active = this.#active.filter((each) => each.sequence >= this.#retiredBelow);
    return this.#active.length > ACTIVE_CONNECTION_ID_LIMIT ? transportError.connectionIdLimit : 0;
  }

  /**
   * Whether the datagram that ends at `end` ends with the token of the id in use: the peer has forgotten the connection.
   * Tokens of ids that are not yet used, or retired, do not count, RFC 9000 section 10.3.1.
   */
  isStatelessReset(octets: Uint8Array, end: number): boolean {
    const token = this.#active[0]?.token;
    return token !== undefined && equalsInConstantTime(token, octets, end - RESET_TOKEN_OCTETS);
  }

  fill(packet: PacketBuilder): void {
    while (packet.room > 9) {
      const sequence = this.#retiring.shift();
      if (sequence === undefined) return;
      packet.octet(frameType.retireConnectionId);
      packet.varint(sequence);
      packet.frames.add(sentFrame.retireConnectionId, sequence, 0, 0);
      packet.markEliciting();
    }
  }

  handleRetireAcked(): void {
    this.#unacknowledged -= 1;
  }

  handleRetireLost(sequence: number): void {
    this.#retiring.push(sequence);
  }

  #retire(sequence: number): number {
    if (this.#unacknowledged >= RETIRED_IDS_MAX) return transportError.connectionIdLimit;
    this.#unacknowledged += 1;
    this.#retiring.push(sequence);
    return 0;
  }
}
