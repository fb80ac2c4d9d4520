/** The keys of 1-RTT packets through their updates, RFC 9001 section 6. */
import type { Instant } from "@flor/machine";
import type { DirectionKeys, PacketKeys } from "../tls/packet-protection.ts";

/** An update begins when this share of the confidentiality limit is used, RFC 9001 section 6.6. */
const UPDATE_AT_SHARE = 0.75;

export class KeyPhases {
  readonly #write: DirectionKeys;
  readonly #read: DirectionKeys;
  #writePacket: PacketKeys;
  #readPacket: PacketKeys;
  #readNext: PacketKeys | undefined;
  #readPrevious: PacketKeys | undefined;
  #previousUntil: Instant = -Infinity;
  /** 0 or 1, for packets that we send and for those that we expect. */
  phase: 0 | 1 = 0;
  /** The first packet that was received in the present phase. */
  #firstReceived = Infinity;
  /** The first packet that was sent in the present phase. */
  #firstSent = 0;
  #sealed = 0;
  /** Updates so far, by either end. */
  updates = 0;

  constructor(write: DirectionKeys, read: DirectionKeys) {
    this.#write = write;
    this.#read = read;
    this.#writePacket = write.packet;
    this.#readPacket = read.packet;
  }

  get writeHeader(): DirectionKeys["header"] {
    return this.#write.header;
  }

  get readHeader(): DirectionKeys["header"] {
    return this.#read.header;
  }

  /** The keys for the next packet to send; counts it. */
  sealing(): PacketKeys {
    this.#sealed += 1;
    return this.#writePacket;
  }

  /** Whether no further packet may be sealed with these keys: the connection must end, AEAD_LIMIT_REACHED. */
  get isExhausted(): boolean {
    return this.#sealed >= this.#writePacket.confidentialityLimit;
  }

  get integrityLimit(): number {
    return this.#readPacket.integrityLimit;
  }

  /** Whether an update should begin: the limit is near, and the last one is acknowledged, section 6.5. */
  isUpdateDue(largestAcked: number): boolean {
    return this.#sealed > UPDATE_AT_SHARE * this.#writePacket.confidentialityLimit && this.mayUpdate(largestAcked);
  }

  /** Section 6.1: not before a packet of the present phase was acknowledged. */
  mayUpdate(largestAcked: number): boolean {
    return largestAcked >= this.#firstSent;
  }

  /** Begins an update of our own. */
  initiate(nextPacketNumber: number): void {
    this.#turn(nextPacketNumber);
  }

  /** The keys to open a packet of the phase `bit` with. */
  opening(bit: 0 | 1, packetNumber: number, now: Instant): PacketKeys {
    if (bit === this.phase) return this.#readPacket;
    if (packetNumber < this.#firstReceived && this.#readPrevious !== undefined && now < this.#previousUntil) {
      return this.#readPrevious;
    }
    this.#readNext ??= this.#readPacket.next();
    return this.#readNext;
  }

  /**
   * A packet was opened with what `opening` gave.
   *
   * @param keepPreviousMs how long packets of the phase before may come late: three probe timeouts
   * @returns false: a packet of a later phase has a lower number, KEY_UPDATE_ERROR, section 6.4
   */
  handleOpened(
    keys: PacketKeys,
    packetNumber: number,
    nextSent: number,
    keepPreviousMs: number,
    now: Instant,
  ): boolean {
    if (keys === this.#readNext) {
      this.#turn(nextSent);
      this.#previousUntil = now + keepPreviousMs;
      this.#firstReceived = packetNumber;
      return true;
    }
    if (keys === this.#readPacket) {
      if (this.#firstReceived === Infinity) this.#previousUntil = now + keepPreviousMs;
      this.#firstReceived = Math.min(this.#firstReceived, packetNumber);
      return true;
    }
    return packetNumber < this.#firstReceived;
  }

  free(): void {
    for (const keys of [this.#writePacket, this.#readPacket, this.#readNext, this.#readPrevious]) keys?.free();
    this.#write.header.free();
    this.#read.header.free();
  }

  #turn(nextPacketNumber: number): void {
    const write = this.#writePacket.next();
    this.#writePacket.free();
    this.#writePacket = write;
    this.#readPrevious?.free();
    this.#readPrevious = this.#readPacket;
    this.#readPacket = this.#readNext ?? this.#readPacket.next();
    this.#readNext = undefined;
    this.phase = this.phase === 0 ? 1 : 0;
    this.#firstReceived = Infinity;
    this.#previousUntil = Infinity;
    this.#firstSent = nextPacketNumber;
    this.#sealed = 0;
    this.updates += 1;
  }
}
