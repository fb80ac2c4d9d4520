/**
 * BBRv3, draft-ietf-ccwg-bbr: sends at the rate at which the path delivers, with as much in flight as that rate and the
 * least round trip explain, and lets losses bound both. Where this differs from the draft stands beside the code:
 * `loss-tolerance.ts`, `short-term-bounds.ts`, `min-round-trip.ts` (outages), and below for paths under a millisecond.
 */
import type { Instant } from "@flor/machine";
import type { CongestionController, CongestionOptions, InFlightFields } from "../congestion-controller.ts";
import { initialWindow } from "../initial-window.ts";
import { boundedLateCredit } from "../late-credit.ts";
import { PathModel, type Phase } from "./path-model.ts";
import { ProbeCycle } from "./probe-cycle.ts";
import { ProbeRoundTrip } from "./probe-round-trip.ts";
import { UndoState } from "./undo-state.ts";

const PACING_GAIN: Readonly<Record<Phase, number>> = {
  startup: 2.77,
  drain: 0.5,
  down: 0.9,
  cruise: 1,
  refill: 1,
  up: 1.25,
  "probe-rtt": 1,
};
/** BBR.PacingMarginPercent. */
const PACING_MARGIN = 0.99;
const WINDOW_GAIN = 2;
const WINDOW_GAIN_UP = 2.25;
const WINDOW_GAIN_PROBE_RTT = 0.5;
/** BBRStartupFullLossCnt; packets, since a few ACK frames may show all losses of a round. */
const STARTUP_LOSSES = 6;
const DRAIN_ROUNDS_MAX = 3;
/** On a late host startup may have so much more in flight than when the rate grew last. */
const STARTUP_OFFER = 1.6;
/**
 * A queue that stands while the flow should have none is given time to drain: what late turns make of acknowledgements
 * lets the best rate lie above the true one, and the draft's cruising would fill the window with the difference.
 */
const YIELD_ROUND_TRIPS = 4;
const YIELD_MIN = 0.75;
/** The round trip that is assumed while none is known. */
const FIRST_ROUND_TRIP_MS = 1;
/**
 * What leaves at once: an eighth of the round trip's worth of the rate, within these bounds. Each wake-up of a node wakes
 * its link too, and costs more than the packets of a slow flow.
 */
const QUANTUM_ROUND_TRIPS = 1 / 8;
const QUANTUM_MS_MIN = 1;
const QUANTUM_MS_MAX = 4;
/** More than a bundle for the link is no cheaper. */
const QUANTUM_OCTETS_MAX = 65_536;
export class Bbr implements CongestionController {
  pacingRate: number;
  readonly #options: CongestionOptions;
  #model: PathModel;
  #cycle: ProbeCycle;
  #probeRoundTrip: ProbeRoundTrip;
  #undo = new UndoState();
  #drainStartRound = 0;
  #lossesInRound = 0;

  constructor(options: CongestionOptions) {
    this.#options = options;
    this.#model = new PathModel(options.datagramOctets);
    this.#cycle = new ProbeCycle(this.#model, options.random);
    this.#probeRoundTrip = new ProbeRoundTrip(this.#model);
    this.pacingRate = this.#initialRate(FIRST_ROUND_TRIP_MS);
  }

  get phase(): Phase {
    return this.#model.phase;
  }

  get windowOctets(): number {
    return this.#model.window;
  }

  get sendQuantum(): number {
    const { bandwidth, roundTrip, datagramOctets } = this.#model;
    const ms = Math.min(Math.max(QUANTUM_ROUND_TRIPS * roundTrip.value, QUANTUM_MS_MIN), QUANTUM_MS_MAX);
    const octets = Math.max(Math.min(ms * bandwidth, QUANTUM_OCTETS_MAX), QUANTUM_MS_MIN * bandwidth);
    return Math.max(octets, 2 * datagramOctets);
  }

  get datagramOctetsMax(): number {
    return this.pacingRate === Infinity ? Infinity : QUANTUM_MS_MIN * this.#model.bandwidth;
  }

  get lateCreditMs(): number {
    const { roundTrip, bandwidth, bdp, inFlightLongTerm, usualLateMs } = this.#model;
    const queueMs = bandwidth === 0 ? Infinity : (inFlightLongTerm - bdp) / bandwidth;
    return boundedLateCredit(roundTrip.value, usualLateMs, queueMs);
  }

  handleSent(fields: InFlightFields, slot: number, inFlight: number, now: Instant): void {
    const model = this.#model;
    if (inFlight <= fields.octets[slot]!) this.#handleRestart(now);
    model.sampler.handleSent(fields, slot, inFlight, now);
    model.noteSent(inFlight);
  }

  handleAcked(fields: InFlightFields, slot: number, now: Instant): void {
    this.#model.sampler.handleAcked(fields, slot, now);
  }

  handleLost(fields: InFlightFields, slot: number, now: Instant): void {
    const { sampler } = this.#model;
    const octets = fields.octets[slot]!;
    this.#undo.handleLost(this.#model, octets);
    sampler.lost += octets;
    this.#lossesInRound += 1;
    const { phase } = this.#model;
    const isAnswered = fields.sentAt[slot]! < this.#cycle.answeredUntil;
    if (this.#cycle.handleLost(fields, slot, now) && phase === "up") this.#undo.phase = "up";
    if (isAnswered) this.#model.shortTerm.excuse(octets);
  }

  handleLossRound(inFlight: number, _largestLostSentAt: Instant, isPersistent: boolean): void {
    this.#model.inFlight = inFlight;
    if (isPersistent) this.#model.window = this.#model.leastWindow;
  }

  handleAcknowledgement(inFlight: number, rttMs: number, now: Instant): void {
    const model = this.#model;
    model.inFlight = inFlight;
    const isFirstRoundTrip = model.roundTrip.value === Infinity;
    model.noteRoundTrip(rttMs, now);
    if (isFirstRoundTrip && rttMs >= 0) this.pacingRate = this.#initialRate(rttMs);
    model.sampler.finish(model.roundTrip.value);
    if (!model.sampler.hasSample) return;
    model.update(now);
    this.#adaptToLosses();
    this.#advance(now);
    model.shortTerm.advance(model.sampler);
    this.#setPacingRate(PACING_GAIN[model.phase]);
    this.#setWindow();
    model.sampler.clear();
  }

  handleSpuriousLoss(octets: number, now: Instant): void {
    this.#model.sampler.handleSpuriousLoss(octets);
    if (!this.#undo.handleSpurious(this.#model, octets)) return;
    const from = this.#undo.phase;
    this.#undo.phase = undefined;
    if (from === undefined || this.phase === from || this.phase === "probe-rtt") return;
    if (from === "up") this.#cycle.startRefill();
    else this.#enterStartup();
    this.#setPacingRate(PACING_GAIN[this.phase]);
    this.#model.extraAcked.restart(now);
  }

  /** A mark is to the model what a loss is: the path has more than it takes. */
  handleCongestionExperienced(newMarks: number): void {
    this.#model.sampler.lost += newMarks * this.#model.datagramOctets;
    this.#lossesInRound += newMarks;
  }

  handleLimited(inFlight: number): void {
    if (inFlight < this.#model.window) this.#model.sampler.markLimited(inFlight);
  }

  handleLateness(usualMs: number): void {
    this.#model.usualLateMs = usualMs;
  }

  handleHandshakeRoundTrip(rttMs: number): void {
    if (this.#model.maxBandwidth.value === 0) this.pacingRate = this.#initialRate(rttMs);
  }

  handlePathChange(now: Instant): void {
    const { datagramOctets, sampler, usualLateMs } = this.#model;
    const model = new PathModel(datagramOctets);
    model.usualLateMs = usualLateMs;
    model.sampler.continueFrom(sampler, now);
    model.startRound();
    this.#model = model;
    this.#cycle = new ProbeCycle(model, this.#options.random);
    this.#probeRoundTrip = new ProbeRoundTrip(model);
    this.#undo = new UndoState();
    this.pacingRate = this.#initialRate(FIRST_ROUND_TRIP_MS);
  }

  setDatagramOctets(octets: number): void {
    this.#model.datagramOctets = octets;
    this.#model.window = Math.max(this.#model.window, this.#model.leastWindow);
  }

  #initialRate(rttMs: number): number {
    return (PACING_GAIN.startup * initialWindow(this.#model.datagramOctets)) / Math.max(rttMs, FIRST_ROUND_TRIP_MS);
  }

  #handleRestart(now: Instant): void {
    const model = this.#model;
    model.roundTrip.handleRestart(now);
    if (!model.sampler.isSendingLimited) return;
    this.#probeRoundTrip.isIdleRestart = true;
    model.extraAcked.restart(now);
    if (ProbeCycle.includes(model.phase)) this.#setPacingRate(1);
    else if (model.phase === "probe-rtt" && this.#probeRoundTrip.isOver(now)) this.#leaveProbeRoundTrip(now);
  }

  /** What a probe or startup lost has been answered by the long-term bound: it does not lower the short-term ones too. */
  #adaptToLosses(): void {
    const model = this.#model;
    const { phase } = model;
    const { sampleLost, inFlightAtSend } = model.sampler;
    // On a late host a round is long, and each sends more than twice what the path takes.
    if (phase === "startup" && model.isFarTooMuchLost(sampleLost, inFlightAtSend)) this.#leaveStartupOnLoss();
    if (!model.shortTerm.isRoundStart) return;
    if (phase === "startup") {
      // A late host's round trips look like a queue, and one unlucky round would end the startup of a path that has none.
      if (!model.isHostLate && model.isTooMuchLost(sampleLost, inFlightAtSend)) this.#leaveStartupOnLoss();
    } else if (phase !== "refill" && phase !== "up") this.#lowerBoundsOnLoss();
    this.#lossesInRound = 0;
  }

  #lowerBoundsOnLoss(): void {
    const { shortTerm, maxBandwidth, window } = this.#model;
    const { recentlyLost, recentlySent } = shortTerm;
    if (this.#model.isTooMuchLost(recentlyLost, recentlySent)) shortTerm.lower(maxBandwidth.value, window);
  }

  #leaveStartupOnLoss(): void {
    const model = this.#model;
    if (this.#lossesInRound < STARTUP_LOSSES) return;
    // A first flight is lost whole where the last packet of a handshake was: that tells nothing of the path.
    if (model.sampler.inFlightAtSend < 2 * initialWindow(model.datagramOctets)) return;
    this.#undo.phase = "startup";
    model.fullPipe.isReached = true;
    model.inFlightLongTerm = Math.max(model.bdp, model.shortTerm.latestDelivered);
  }

  #advance(now: Instant): void {
    const model = this.#model;
    if (model.phase === "startup" && model.fullPipe.isReached) this.#enterDrain(now);
    if (model.phase === "drain" && this.#isDrained()) this.#cycle.startDown(now);
    if (model.fullPipe.isReached) this.#cycle.update(now);
    if (this.#probeRoundTrip.isDue && !model.isTooShortToPace) {
      this.#undo.saveWindow(model);
      this.#probeRoundTrip.enter();
      this.#cycle.stopProbing();
    }
    if (model.phase === "probe-rtt" && this.#probeRoundTrip.handle(now, this.#probeWindow()))
      this.#leaveProbeRoundTrip(now);
    this.#probeRoundTrip.isIdleRestart = false;
  }

  #enterDrain(now: Instant): void {
    this.#model.phase = "drain";
    this.#model.shortTerm.clearSignals(this.#model.sampler);
    this.#cycle.answeredUntil = now;
    this.#drainStartRound = this.#model.roundCount;
  }

  #isDrained(): boolean {
    const { inFlight, inFlightUnqueued, roundCount } = this.#model;
    return inFlight <= inFlightUnqueued || roundCount > this.#drainStartRound + DRAIN_ROUNDS_MAX;
  }

  #enterStartup(): void {
    this.#model.fullPipe.isReached = false;
    this.#model.fullPipe.restart(0, 0);
    this.#model.phase = "startup";
  }

  #leaveProbeRoundTrip(now: Instant): void {
    const model = this.#model;
    model.roundTrip.handleProbed(now);
    this.#undo.restoreWindow(model);
    model.shortTerm.reset();
    if (model.fullPipe.isReached) {
      this.#cycle.startDown(now);
      model.phase = "cruise";
    } else this.#enterStartup();
  }

  #setPacingRate(gain: number): void {
    const model = this.#model;
    if (model.isTooShortToPace) {
      this.pacingRate = Infinity;
      return;
    }
    const rate = PACING_MARGIN * gain * this.#yield() * model.bandwidth;
    if (rate > 0 && (model.fullPipe.isReached || rate > this.pacingRate || this.pacingRate === Infinity)) {
      this.pacingRate = rate;
    }
  }

  /** The part of the rate that is left to a queue in sight to drain. */
  #yield(): number {
    const { phase, standingQueueMs, roundTrip, isQueued } = this.#model;
    if (!isQueued || (phase !== "cruise" && phase !== "down")) return 1;
    return Math.max(1 - standingQueueMs / (YIELD_ROUND_TRIPS * roundTrip.value), YIELD_MIN);
  }

  #probeWindow(): number {
    return Math.max(WINDOW_GAIN_PROBE_RTT * this.#model.bdp, this.#model.leastWindow);
  }

  #setWindow(): void {
    const model = this.#model;
    const { newlyAcked, delivered } = model.sampler;
    const max = model.maxInFlight(model.phase === "up" ? WINDOW_GAIN_UP : WINDOW_GAIN);
    // Late turns lengthen round trips beyond the window's: a startup that it holds would never show more.
    const offered = model.isHostLate ? STARTUP_OFFER * model.fullPipe.offered : 0;
    if (model.fullPipe.isReached) model.window = Math.min(model.window + newlyAcked, max);
    else if (model.window < Math.max(max, offered) || delivered < initialWindow(model.datagramOctets))
      model.window += newlyAcked;
    const least = model.leastWindow;
    const bounded = Math.min(Math.max(model.window, least), Math.max(this.#volumeBound(), model.leastRoom));
    model.window = model.phase === "probe-rtt" ? Math.min(bounded, this.#probeWindow()) : bounded;
  }

  #volumeBound(): number {
    const { phase, inFlightLongTerm, inFlightWithHeadroom, shortTerm } = this.#model;
    if (phase === "startup") return Infinity;
    const hasHeadroom = phase === "cruise" || phase === "probe-rtt";
    return Math.min(hasHeadroom ? inFlightWithHeadroom : inFlightLongTerm, shortTerm.inFlight);
  }
}
