// Test support: a sender that has always something to send, as much of RFC 9002 as a controller can tell.
import { DeparturePacer } from "../congestion/departure-pacer.ts";
import type { CongestionController, InFlightFields } from "../congestion/congestion-controller.ts";

const SLOTS = 1 << 17;
const MASK = SLOTS - 1;
const PACKET_THRESHOLD = 3;
const TIME_THRESHOLD = 9 / 8;
const GRANULARITY_MS = 1;
const MAX_ACK_DELAY_MS = 25;
const INITIAL_RTT_MS = 333;
const PERSISTENT_PTOS = 3;

const STATE = { free: 0, inFlight: 1, lost: 2 } as const;

/** What a sender puts on the path. */
export type SendPacket = (packet: number, octets: number, now: number) => void;

export class LightSender {
  readonly controller: CongestionController;
  readonly datagramOctets: number;
  lostPackets = 0;
  spuriousPackets = 0;
  inFlight = 0;
  nextPacket = 0;
  readonly #pacer: DeparturePacer;
  readonly #send: SendPacket;
  readonly #state = new Uint8Array(SLOTS);
  readonly #fields: InFlightFields = {
    sentAt: new Float64Array(SLOTS),
    octets: new Uint32Array(SLOTS),
    delivered: new Float64Array(SLOTS),
    deliveredAt: new Float64Array(SLOTS),
    firstSentAt: new Float64Array(SLOTS),
    inFlight: new Float64Array(SLOTS),
    lost: new Float64Array(SLOTS),
    isLimited: new Uint8Array(SLOTS),
  };
  #oldest = 0;
  #largestAcked = -1;
  #srttMs = INITIAL_RTT_MS;
  #rttVarMs = INITIAL_RTT_MS / 2;
  #latestMs = 0;
  #hasRtt = false;
  #lossAt = Infinity;
  #ptoCount = 0;
  #lastSentAt = 0;
  #isHeld = false;

  constructor(controller: CongestionController, datagramOctets: number, send: SendPacket) {
    this.controller = controller;
    this.datagramOctets = datagramOctets;
    this.#send = send;
    this.#pacer = new DeparturePacer(controller);
  }

  /** Sends what window and pacer allow of what the application has; returns octets. */
  transmit(now: number, available: number): number {
    let sent = 0;
    this.#isHeld = false;
    while (sent < available) {
      if (this.inFlight + this.datagramOctets > this.controller.windowOctets) return sent;
      this.#isHeld = !this.#pacer.allows(this.inFlight, now);
      if (this.#isHeld) return sent;
      this.#sendOne(now);
      sent += this.datagramOctets;
    }
    this.#pacer.handleIdle();
    this.controller.handleLimited(this.inFlight);
    return sent;
  }

  /** Takes the packet numbers that one ACK frame newly reports. */
  handleAck(log: readonly number[], from: number, to: number, newMarks: number, now: number): void {
    const largestBefore = this.#largestAcked;
    for (let at = from; at < to; at += 1) this.#largestAcked = Math.max(this.#largestAcked, log[at]!);
    const rttMs = this.#largestAcked > largestBefore ? now - this.#fields.sentAt[this.#largestAcked & MASK]! : -1;
    if (rttMs >= 0) this.#noteRtt(rttMs);
    this.#ptoCount = 0;
    const acked: number[] = [];
    for (let at = from; at < to; at += 1) this.#take(log[at]!, acked, now);
    this.#detectLosses(now);
    if (newMarks > 0) {
      this.controller.handleCongestionExperienced(newMarks, this.#fields.sentAt[this.#largestAcked & MASK]!, now);
    }
    for (const slot of acked) this.controller.handleAcked(this.#fields, slot, now);
    this.controller.handleAcknowledgement(this.inFlight, rttMs, now);
  }

  /** When `handleTimeout` is due. */
  get nextTimeout(): number {
    const pacer = this.#isHeld ? this.#pacer.releaseAt : Infinity;
    return Math.min(pacer, this.#lossAt, this.#ptoAt);
  }

  handleTimeout(now: number): void {
    if (this.#lossAt <= now) return this.#detectLosses(now);
    if (this.#ptoAt > now) return;
    this.#ptoCount += 1;
    this.#sendOne(now);
  }

  get #ptoAt(): number {
    if (this.inFlight === 0) return Infinity;
    return this.#lastSentAt + this.#ptoMs * 2 ** this.#ptoCount;
  }

  get #ptoMs(): number {
    return this.#srttMs + Math.max(4 * this.#rttVarMs, GRANULARITY_MS) + MAX_ACK_DELAY_MS;
  }

  #sendOne(now: number): void {
    const packet = this.nextPacket++;
    const slot = packet & MASK;
    if (packet - this.#oldest >= SLOTS) throw new Error("more packets in flight than the lab has slots");
    this.#state[slot] = STATE.inFlight;
    this.#fields.sentAt[slot] = now;
    this.#fields.octets[slot] = this.datagramOctets;
    this.inFlight += this.datagramOctets;
    this.#lastSentAt = now;
    this.controller.handleSent(this.#fields, slot, this.inFlight, now);
    this.#pacer.handleSent(this.datagramOctets, now);
    this.#send(packet, this.datagramOctets, now);
  }

  #take(packet: number, acked: number[], now: number): void {
    const slot = packet & MASK;
    const state = this.#state[slot];
    if (state === STATE.lost) {
      this.spuriousPackets += 1;
      this.controller.handleSpuriousLoss(this.#fields.octets[slot]!, now);
    }
    if (state === STATE.inFlight) {
      this.inFlight -= this.#fields.octets[slot]!;
      acked.push(slot);
    }
    this.#state[slot] = STATE.free;
  }

  #detectLosses(now: number): void {
    const delay = Math.max(TIME_THRESHOLD * Math.max(this.#srttMs, this.#latestMs), GRANULARITY_MS);
    const lostBefore = this.lostPackets;
    let firstLostAt = Infinity;
    let lastLostAt = -1;
    this.#lossAt = Infinity;
    for (let packet = this.#oldest; packet <= this.#largestAcked; packet += 1) {
      const slot = packet & MASK;
      if (this.#state[slot] !== STATE.inFlight) continue;
      const sentAt = this.#fields.sentAt[slot]!;
      if (packet > this.#largestAcked - PACKET_THRESHOLD && sentAt + delay > now) {
        this.#lossAt = Math.min(this.#lossAt, sentAt + delay);
        continue;
      }
      this.#state[slot] = STATE.lost;
      this.inFlight -= this.#fields.octets[slot]!;
      this.lostPackets += 1;
      firstLostAt = Math.min(firstLostAt, sentAt);
      lastLostAt = Math.max(lastLostAt, sentAt);
      this.controller.handleLost(this.#fields, slot, now);
    }
    while (this.#oldest <= this.#largestAcked && this.#state[this.#oldest & MASK] !== STATE.inFlight) this.#oldest += 1;
    if (this.lostPackets === lostBefore) return;
    const isPersistent = lastLostAt - firstLostAt > PERSISTENT_PTOS * this.#ptoMs;
    this.controller.handleLossRound(this.inFlight, lastLostAt, isPersistent, now);
  }

  #noteRtt(rttMs: number): void {
    this.#latestMs = rttMs;
    if (!this.#hasRtt) {
      this.#hasRtt = true;
      this.#srttMs = rttMs;
      this.#rttVarMs = rttMs / 2;
      return;
    }
    this.#rttVarMs += (Math.abs(this.#srttMs - rttMs) - this.#rttVarMs) / 4;
    this.#srttMs += (rttMs - this.#srttMs) / 8;
  }
}
