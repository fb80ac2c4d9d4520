import { FRACTIONAL, type Instant } from "@flor/machine";
import type { BlockPool } from "../stream/block-pool.ts";
import { ReceiveBuffer } from "../stream/receive-buffer.ts";
import { SendBuffer } from "../stream/send-buffer.ts";
import type { DirectionKeys, TlsLevel } from "../tls/packet-protection.ts";
import { EcnCounts } from "./ecn-counts.ts";
import { ReceivedPackets } from "./received-packets.ts";
import { SentPackets } from "./sent-packets.ts";

/** Octets of the handshake that may wait at one level for earlier ones; RFC 9000 section 7.5 asks for 4,096 at least. */
export const CRYPTO_BUFFER_MAX_OCTETS = 65_536;

/** One packet number space, RFC 9000 section 12.3, with the keys of its level. */
export class PacketSpace {
  readonly level: TlsLevel;
  readonly sent: SentPackets = new SentPackets();
  readonly received: ReceivedPackets = new ReceivedPackets();
  readonly ecn: EcnCounts = new EcnCounts();
  readonly cryptoOut: SendBuffer;
  readonly cryptoIn: ReceiveBuffer;
  readKeys: DirectionKeys | undefined;
  writeKeys: DirectionKeys | undefined;
  /** Keys are gone for good, RFC 9001 section 4.9. */
  isDiscarded = false;

  /** The largest packet acknowledged, or -1. */
  largestAcked = -1;
  /** No packet below is outstanding. */
  outstandingFrom = 0;
  /** When the next packet counts as lost, Infinity: none waits for that. */
  lossTime: Instant = Infinity;
  /** When the last ack-eliciting packet was sent. */
  lastElicitingAt: Instant = -Infinity;
  /** Ack-eliciting packets in flight. */
  eliciting = 0;
  /** Ack-eliciting packets to send whatever the window says, RFC 9002 section 6.2.4. */
  probes = 0;

  /** Ack-eliciting packets received since the last ACK frame. */
  owedAcks = 0;
  /** When an ACK must go, Infinity: none is owed. */
  ackDueAt: Instant = Infinity;
  /** When the largest packet arrived. */
  largestReceivedAt: Instant = FRACTIONAL;

  constructor(level: TlsLevel, pool: BlockPool) {
    this.level = level;
    this.cryptoOut = new SendBuffer(pool);
    this.cryptoIn = new ReceiveBuffer(pool);
  }

  /** Gives up keys and buffers; the packets in flight are the recovery's affair. */
  discard(): void {
    this.isDiscarded = true;
    for (const keys of [this.readKeys, this.writeKeys]) {
      keys?.packet.free();
      keys?.header.free();
    }
    this.readKeys = undefined;
    this.writeKeys = undefined;
    this.cryptoOut.drop();
    this.cryptoIn.drop();
    this.lossTime = Infinity;
    this.probes = 0;
    this.owedAcks = 0;
    this.ackDueAt = Infinity;
  }
}
