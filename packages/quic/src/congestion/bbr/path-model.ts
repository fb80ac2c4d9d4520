/** What BBR knows of the path, and the volumes that follow from it: draft-ietf-ccwg-bbr sections 2.9 and 5.6.4. */
import { FRACTIONAL, type Instant, LARGE_COUNT } from "@flor/machine";
import { DeliveryRateSampler } from "../delivery-rate-sampler.ts";
import { initialWindow, leastWindow } from "../initial-window.ts";
import { ExtraAcked } from "./extra-acked.ts";
import { FullPipe } from "./full-pipe.ts";
import { isTooMuchLost, toleratedLoss } from "./loss-tolerance.ts";
import { MaxBandwidth } from "./max-bandwidth.ts";
import { MinRoundTrip } from "./min-round-trip.ts";
import { ShortTermBounds } from "./short-term-bounds.ts";

/** The states of the draft; "down" to "up" are those of ProbeBW. */
export type Phase = "startup" | "drain" | "down" | "cruise" | "refill" | "up" | "probe-rtt";

/** BBR.Headroom: room below the long-term bound that is left to others. */
const HEADROOM = 0.15;
/** Two event loops need so long to send, receive and acknowledge: what they hold meanwhile is in flight too. */
const HOST_MS = 4;
/** Below this round trip timers are coarser than the path: the window alone holds the flow, and is not drained. */
const UNPACED_BELOW_MS = 1;
/** A queue counts as visible when it is longer than this many round trips plus this many milliseconds. */
const QUEUE_ROUND_TRIPS = 0.1;
const QUEUE_MS = 2;

export class PathModel {
  phase: Phase = "startup";
  datagramOctets: number;
  /** The congestion window, octets. */
  window: number;
  /** Octets in flight, as last heard. */
  inFlight = 0;
  /** Roughly how late this host's turns have been recently. */
  usualLateMs: number = FRACTIONAL;
  /** Packet-timed rounds. */
  roundCount = 0;
  /** Whether the present acknowledgement begins a round. */
  isRoundStart = false;
  /** The long-term bound: more in flight than this was lost too often; Infinity: unbounded. */
  inFlightLongTerm: number = Infinity;
  readonly sampler: DeliveryRateSampler = new DeliveryRateSampler();
  readonly maxBandwidth: MaxBandwidth = new MaxBandwidth();
  readonly roundTrip: MinRoundTrip = new MinRoundTrip();
  readonly extraAcked: ExtraAcked = new ExtraAcked();
  readonly fullPipe: FullPipe = new FullPipe();
  readonly shortTerm: ShortTermBounds = new ShortTermBounds();
  /** The least round trip of the round before and of this one, milliseconds; Infinity: no sample. */
  #lastRoundRttMs = Infinity;
  #roundRttMs = Infinity;
  /** Of the samples of this round that are not limited by ourselves. */
  #bestRate: number = FRACTIONAL;
  #mostInFlight = 0;
  /** The round ends when a packet is acknowledged that was sent after so much was delivered. */
  #roundEndsAt: number = LARGE_COUNT;
  /** Packets sent before so much was delivered were sent with the window full. */
  #windowFullUntil = -1;

  constructor(datagramOctets: number) {
    this.datagramOctets = datagramOctets;
    this.window = initialWindow(datagramOctets);
  }

  /** The rate that the path takes without a queue, octets a millisecond. */
  get bandwidth(): number {
    return Math.min(this.maxBandwidth.value, this.shortTerm.bandwidth);
  }

  /** The bandwidth-delay product at that rate, octets; the initial window while no round trip is known. */
  get bdp(): number {
    if (this.roundTrip.value === Infinity) return initialWindow(this.datagramOctets);
    return this.bandwidth * this.roundTrip.value;
  }

  /** What is in flight without a queue, octets. */
  get inFlightUnqueued(): number {
    return this.#pipelined(this.bdp);
  }

  /** What is in flight without a queue at the best rate, whatever losses said since. */
  get inFlightAtMaxBandwidth(): number {
    const { value } = this.roundTrip;
    return value === Infinity ? this.inFlightUnqueued : this.#pipelined(this.maxBandwidth.value * value);
  }

  /** BBR.max_inflight: what full use of the path needs, with `gain` for what is gathered and delayed. */
  maxInFlight(gain: number): number {
    const volume = Math.max(gain * this.bdp, this.bdp + HOST_MS * this.bandwidth) + this.extraAcked.value;
    return this.#pipelined(volume);
  }

  /** What losses let be in flight in the long term, less room for others. */
  get inFlightWithHeadroom(): number {
    if (this.inFlightLongTerm === Infinity) return Infinity;
    const headroom = Math.max(this.datagramOctets, HEADROOM * this.inFlightLongTerm);
    return Math.max(this.inFlightLongTerm - headroom, this.leastRoom);
  }

  get leastWindow(): number {
    return leastWindow(this.datagramOctets);
  }

  /**
   * What losses leave in flight at least. On a path too short for pacing four packets and a lost acknowledgement leave
   * nothing to notice losses by, and each is a time-out of many round trips.
   */
  get leastRoom(): number {
    return this.isTooShortToPace ? initialWindow(this.datagramOctets) : this.leastWindow;
  }

  /** Whether timers are coarser than the path. */
  get isTooShortToPace(): boolean {
    return this.roundTrip.value < UNPACED_BELOW_MS;
  }

  /** Whether the window, and not the pace or the application, held packets back within the last round trip. */
  get isWindowLimited(): boolean {
    return this.sampler.delivered <= this.#windowFullUntil;
  }

  /** What waits at the bottleneck all the time, as the round trips of a whole round tell, milliseconds. */
  get standingQueueMs(): number {
    const rttMs = Math.min(this.#lastRoundRttMs, this.#roundRttMs);
    return rttMs === Infinity || this.roundTrip.value === Infinity ? 0 : rttMs - this.roundTrip.value;
  }

  /** Whether that is more than a scheduler's whim. */
  get isQueued(): boolean {
    return this.standingQueueMs > QUEUE_ROUND_TRIPS * this.roundTrip.value + QUEUE_MS;
  }

  /** Whether this host runs so late that its round trips say little about the path. */
  get isHostLate(): boolean {
    return this.usualLateMs > QUEUE_ROUND_TRIPS * this.roundTrip.value + QUEUE_MS;
  }

  /** The share that may be lost; on a path so short that its queue would not be seen, as if there were one. */
  get toleratedLoss(): number {
    return toleratedLoss(this.isQueued || this.roundTrip.value < 2 * QUEUE_MS);
  }

  /** Whether so much was lost that no queue need be seen and no round be waited for. */
  isFarTooMuchLost(lost: number, sent: number): boolean {
    return isTooMuchLost(lost, sent, toleratedLoss(false), this.datagramOctets);
  }

  /** Whether losing this many of the octets sent shows that too much is in flight. */
  isTooMuchLost(lost: number, sent: number): boolean {
    return isTooMuchLost(lost, sent, this.toleratedLoss, this.datagramOctets);
  }

  /** Takes the round trip of a frame, negative: none. */
  noteRoundTrip(rttMs: number, now: Instant): void {
    this.roundTrip.update(rttMs, now);
    if (rttMs >= 0) this.#roundRttMs = Math.min(this.#roundRttMs, rttMs);
  }

  noteSent(inFlight: number): void {
    if (inFlight + this.datagramOctets > this.window) this.#windowFullUntil = this.sampler.delivered + inFlight;
  }

  startRound(): void {
    this.#roundEndsAt = this.sampler.delivered;
  }

  /** Takes the finished sample of a frame: rounds, delivery, aggregation, and whether the pipe is full. */
  update(now: Instant): void {
    const { sampler } = this;
    this.isRoundStart = sampler.priorDelivered >= this.#roundEndsAt;
    this.shortTerm.update(sampler);
    if (this.isRoundStart) {
      this.startRound();
      this.roundCount += 1;
      this.#lastRoundRttMs = this.#roundRttMs;
      this.#roundRttMs = Infinity;
      this.extraAcked.startRound(!this.fullPipe.isReached);
    }
    const isLimited = sampler.isLimited || this.roundTrip.isOverOutage(sampler.sentAt);
    if (sampler.rate > 0 && (sampler.rate >= this.maxBandwidth.value || !isLimited)) {
      this.maxBandwidth.update(sampler.rate);
    }
    this.extraAcked.update(sampler.newlyAcked, this.bandwidth, this.window, now);
    this.#noteRound(isLimited);
  }

  /** Collects the best of a round for the full-pipe estimator. */
  #noteRound(isLimited: boolean): void {
    const { sampler } = this;
    if (this.isRoundStart && this.#bestRate > 0) {
      this.fullPipe.handleRound(this.#bestRate, this.#mostInFlight, this.phase !== "startup" || !this.isHostLate);
      this.#bestRate = 0;
      this.#mostInFlight = 0;
    }
    if (isLimited) return;
    this.#bestRate = Math.max(this.#bestRate, sampler.rate);
    this.#mostInFlight = Math.max(this.#mostInFlight, sampler.inFlightAtSend);
  }

  #pipelined(volume: number): number {
    const spare = this.phase === "up" ? 2 * this.datagramOctets : 0;
    return Math.max(volume, this.leastRoom) + spare;
  }
}
