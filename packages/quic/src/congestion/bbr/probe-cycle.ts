/**
 * ProbeBW, draft-ietf-ccwg-bbr section 5.3.3: asks the path for more now and then, and learns how much in flight it takes.
 *
 *   down ── drained ──▶ cruise ── two to three seconds, or 63 rounds ──▶ refill ── one round ──▶ up
 *    ▲                                                                                           │
 *    └────────────────────────── no more comes, or too much is lost ─────────────────────────────┘
 */
import { FRACTIONAL, type Instant } from "@flor/machine";
import type { InFlightFields } from "../congestion-controller.ts";
import { inFlightAtLoss } from "./loss-tolerance.ts";
import type { PathModel, Phase } from "./path-model.ts";

const PROBE_WAIT_MS = 2000;
const PROBE_WAIT_RANDOM_MS = 1000;
/** As often as Reno would, on paths of few packets. */
const PROBE_ROUNDS_MAX = 63;
/** BBR.Beta. */
const REDUCTION = 0.7;
const SLOPE_ROUNDS_MAX = 30;

/** What acknowledgements tell about a probe. */
type Feedback = "none" | "refilling" | "starting" | "probing" | "stopping";

export class ProbeCycle {
  /** Whether samples come from packets that a probe sent and no loss of it has been answered yet. */
  isProbeSample = false;
  /** Losses of what was sent before this have been answered, by the end of startup or of a probe. */
  answeredUntil: Instant = -Infinity;
  readonly #model: PathModel;
  readonly #random: () => number;
  #feedback: Feedback = "none";
  #roundsSinceUp = 0;
  #waitMs: number = FRACTIONAL;
  #startedAt: Instant = FRACTIONAL;
  #upRounds = 0;
  #upAcked = 0;
  /** Octets acknowledged for each datagram that the long-term bound rises by. */
  #ackedPerDatagram = Infinity;
  #wasTooHigh = false;
  #wasPrecautionary = false;

  constructor(model: PathModel, random: () => number) {
    this.#model = model;
    this.#random = random;
  }

  /** Whether `phase` is one of this cycle's. */
  static includes(phase: Phase): boolean {
    return phase === "down" || phase === "cruise" || phase === "refill" || phase === "up";
  }

  startDown(now: Instant): void {
    this.#model.shortTerm.clearSignals(this.#model.sampler);
    this.#ackedPerDatagram = Infinity;
    this.#roundsSinceUp = this.#random() < 0.5 ? 0 : 1;
    this.#waitMs = PROBE_WAIT_MS + PROBE_WAIT_RANDOM_MS * this.#random();
    this.#startedAt = now;
    this.stopProbing();
    this.answeredUntil = now;
    this.#model.phase = "down";
  }

  startRefill(): void {
    this.#model.shortTerm.reset();
    this.#upRounds = 0;
    this.#upAcked = 0;
    this.#wasPrecautionary = false;
    this.#feedback = "refilling";
    this.#model.startRound();
    this.#model.phase = "refill";
  }

  /** What is acknowledged from now on still comes from a probe, for one round. */
  stopProbing(): void {
    this.#feedback = "stopping";
    this.#model.startRound();
  }

  /** Advances the cycle by one acknowledgement; once the pipe was full. */
  update(now: Instant): void {
    if (this.#model.isRoundStart) this.#roundsSinceUp += 1;
    if (this.#adaptLongTerm(now)) return;
    switch (this.#model.phase) {
      case "down":
        if (this.#isTimeToProbe(now)) this.startRefill();
        else if (this.#isDrained()) this.#model.phase = "cruise";
        return;
      case "cruise":
        if (this.#isTimeToProbe(now)) this.startRefill();
        return;
      case "refill":
        if (this.#model.isRoundStart) this.#startUp();
        return;
      case "up":
        if (this.#isTimeToGoDown()) {
          this.#wasTooHigh = false;
          this.startDown(now);
        }
        return;
      default:
    }
  }

  /** A packet was lost. Returns whether the volume in flight is judged too high because of it. */
  handleLost(fields: InFlightFields, slot: number, now: Instant): boolean {
    if (!this.isProbeSample) return false;
    const octets = fields.octets[slot]!;
    const inFlight = fields.inFlight[slot]!;
    const lost = this.#model.sampler.lost - fields.lost[slot]!;
    if (!this.#model.isTooMuchLost(lost, inFlight)) return false;
    const safe = inFlightAtLoss(inFlight, lost, octets, this.#model.toleratedLoss);
    this.#handleTooHigh(safe, fields.isLimited[slot] === 1, now);
    return true;
  }

  #startUp(): void {
    this.isProbeSample = true;
    this.#feedback = "starting";
    this.#model.startRound();
    this.#model.fullPipe.restart(this.#model.sampler.rate, this.#model.inFlight);
    this.#model.phase = "up";
    this.#steepen();
  }

  /** Raises or lowers the long-term bound; true: it has decided on the next phase. */
  #adaptLongTerm(now: Instant): boolean {
    const model = this.#model;
    if (this.#feedback === "starting" && model.isRoundStart) this.#feedback = "probing";
    if (this.#feedback === "stopping" && model.isRoundStart && this.#handleProbeOver()) return true;
    const { sampleLost, inFlightAtSend, isLimited } = model.sampler;
    if (model.isTooMuchLost(sampleLost, inFlightAtSend)) {
      if (!this.isProbeSample) return false;
      this.#handleTooHigh(inFlightAtSend, isLimited, now);
      return true;
    }
    if (model.inFlightLongTerm === Infinity) return false;
    model.inFlightLongTerm = Math.max(model.inFlightLongTerm, inFlightAtSend);
    if (model.phase === "up") this.#raiseLongTerm();
    return false;
  }

  /** The last packets of a probe were acknowledged. Returns whether the next probe begins at once. */
  #handleProbeOver(): boolean {
    const model = this.#model;
    this.isProbeSample = false;
    this.#feedback = "none";
    if (!ProbeCycle.includes(model.phase)) return false;
    if (!model.sampler.isLimited) model.maxBandwidth.advance();
    if (!this.#wasPrecautionary || this.#wasTooHigh) return false;
    this.startRefill();
    return true;
  }

  #handleTooHigh(inFlight: number, isLimited: boolean, now: Instant): void {
    const model = this.#model;
    this.#wasTooHigh = true;
    this.isProbeSample = false;
    if (!isLimited) model.inFlightLongTerm = Math.max(inFlight, REDUCTION * this.#target());
    if (model.phase === "up") this.startDown(now);
  }

  #target(): number {
    return Math.min(this.#model.bdp, this.#model.window);
  }

  #raiseLongTerm(): void {
    const model = this.#model;
    if (!model.isWindowLimited || model.window < model.inFlightLongTerm) return;
    this.#upAcked += model.sampler.newlyAcked;
    const datagrams = Math.floor(this.#upAcked / this.#ackedPerDatagram);
    if (datagrams > 0) {
      this.#upAcked -= datagrams * this.#ackedPerDatagram;
      model.inFlightLongTerm += datagrams * model.datagramOctets;
    }
    if (model.isRoundStart) this.#steepen();
  }

  /** The bound rises by 1, 2, 4 … datagrams a round. */
  #steepen(): void {
    const growth = 2 ** this.#upRounds;
    this.#upRounds = Math.min(this.#upRounds + 1, SLOPE_ROUNDS_MAX);
    this.#ackedPerDatagram = Math.max(this.#model.window / growth, this.#model.datagramOctets);
  }

  #isDrained(): boolean {
    const model = this.#model;
    return model.inFlight <= Math.min(model.inFlightWithHeadroom, model.inFlightAtMaxBandwidth);
  }

  #isTimeToProbe(now: Instant): boolean {
    if (now > this.#startedAt + this.#waitMs) return true;
    return this.#roundsSinceUp >= Math.min(this.#target() / this.#model.datagramOctets, PROBE_ROUNDS_MAX);
  }

  #isTimeToGoDown(): boolean {
    const model = this.#model;
    if (this.#wasTooHigh && model.inFlight >= model.inFlightLongTerm) {
      this.#wasPrecautionary = true;
      return true;
    }
    if (model.isWindowLimited && model.window >= model.inFlightLongTerm) {
      model.fullPipe.restart(model.sampler.rate, model.inFlight);
      return false;
    }
    return model.fullPipe.isFullNow;
  }
}
