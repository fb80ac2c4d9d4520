/** What was before losses that may turn out to be none: draft-ietf-ccwg-bbr section 5.5.11. */
import { FRACTIONAL } from "@flor/machine";
import type { PathModel } from "./path-model.ts";

export class UndoState {
  /** The phase that the losses ended. */
  phase: "startup" | "up" | undefined;
  /** Octets of the present losses that have not been acknowledged after all. */
  #lost = 0;
  #roundCount = -1;
  #window: number = FRACTIONAL;
  #bandwidth = Infinity;
  #shortTerm = Infinity;
  #longTerm = Infinity;

  /** Before the model takes a loss; losses of adjoining rounds are one episode. */
  handleLost(model: PathModel, octets: number): void {
    if (model.roundCount > this.#roundCount + 1) this.#begin(model);
    this.#roundCount = model.roundCount;
    this.#lost += octets;
  }

  /** Takes a loss that was none. Returns whether none of the episode was, and restores the bounds then. */
  handleSpurious(model: PathModel, octets: number): boolean {
    this.#lost = Math.max(this.#lost - octets, 0);
    if (this.#lost > 0) return false;
    this.restoreWindow(model);
    model.fullPipe.restart(0, 0);
    model.shortTerm.bandwidth = Math.max(model.shortTerm.bandwidth, this.#bandwidth);
    model.shortTerm.inFlight = Math.max(model.shortTerm.inFlight, this.#shortTerm);
    model.inFlightLongTerm = Math.max(model.inFlightLongTerm, this.#longTerm);
    return true;
  }

  saveWindow(model: PathModel): void {
    this.#window = model.window;
  }

  restoreWindow(model: PathModel): void {
    model.window = Math.max(model.window, this.#window);
  }

  #begin(model: PathModel): void {
    this.phase = undefined;
    this.#lost = 0;
    this.saveWindow(model);
    this.#bandwidth = model.shortTerm.bandwidth;
    this.#shortTerm = model.shortTerm.inFlight;
    this.#longTerm = model.inFlightLongTerm;
  }
}
