/** How a connection ends, RFC 9000 section 10. */
import type { Instant } from "@flor/machine";
import { decodeAscii, encodeAscii } from "../ascii.ts";
import { frameType } from "../frame/frame-type.ts";
import type { PacketBuilder } from "../frame/packet-builder.ts";
import { transportError } from "../packet/transport-error.ts";
import type { CloseReason } from "../quic-engine.ts";

/** Characters of a reason that are told or shown. */
export const REASON_MAX_CHARACTERS = 200;
/** "closing": we sent CONNECTION_CLOSE; "draining": the peer did, or has forgotten us. */
export type TerminationState = "open" | "closing" | "draining" | "closed";

export class Termination {
  state: TerminationState = "open";
  reason: CloseReason | undefined;
  /** A CONNECTION_CLOSE is to be sent. */
  isOwed = false;
  /** When closing or draining ends. */
  endsAt: Instant = Infinity;
  #frame = 0;
  /** Packets received while closing; answered when they are 1, 2, 4, 8 …, section 10.2.1. */
  #heard = 0;

  get isOpen(): boolean {
    return this.state === "open";
  }

  /** Ends the connection ourselves; the first reason stands. */
  close(application: boolean, code: number, text: string, frame: number): void {
    if (!this.isOpen) return;
    this.state = "closing";
    this.isOwed = true;
    this.#frame = frame;
    const shown = decodeAscii(encodeAscii(text), REASON_MAX_CHARACTERS);
    this.reason = { by: "local", application, code, text: shown };
  }

  /** A CONNECTION_CLOSE goes; the first starts the closing time. */
  handleSent(endsAt: Instant): void {
    this.isOwed = false;
    if (this.endsAt === Infinity) this.endsAt = endsAt;
  }

  /** The peer's CONNECTION_CLOSE, or a stateless reset. */
  drain(reason: CloseReason, endsAt: Instant): void {
    if (this.state === "draining" || this.state === "closed") return;
    if (this.isOpen) this.reason = reason;
    this.state = "draining";
    this.isOwed = false;
    this.endsAt = endsAt;
  }

  /** Nothing is sent or heard any more. */
  finish(reason?: CloseReason): void {
    this.reason ??= reason;
    this.state = "closed";
    this.isOwed = false;
    this.endsAt = Infinity;
  }

  handlePacket(): void {
    if (this.state !== "closing") return;
    this.#heard += 1;
    if ((this.#heard & (this.#heard - 1)) === 0) this.isOwed = true;
  }

  /** Writes CONNECTION_CLOSE; an application's words stay out of Initial and Handshake packets, section 10.2.3. */
  fill(packet: PacketBuilder, isApplicationSpace: boolean): void {
    const { reason } = this;
    if (reason === undefined) return;
    const isApplication = reason.application && isApplicationSpace;
    const isHidden = reason.application && !isApplicationSpace;
    const text = isHidden ? new Uint8Array(0) : encodeAscii(reason.text, REASON_MAX_CHARACTERS);
    packet.octet(isApplication ? frameType.connectionCloseApplication : frameType.connectionClose);
    packet.varint(isHidden ? transportError.application : reason.code);
    if (!isApplication) packet.varint(isHidden ? 0 : this.#frame);
    const length = Math.min(text.length, Math.max(0, packet.room - 2));
    packet.varint(length);
    packet.copy(text.subarray(0, length));
  }
}
