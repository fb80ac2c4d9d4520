import { EARLIEST_MS } from "@flor/membership";
import { CommandError } from "../command-error.ts";

/** What is signed says when it was: others refuse it where that cannot be. @throws CommandError that says what to do */
export function demandPossibleClock(unixMs: number): void {
  if (unixMs < EARLIEST_MS)
    throw new CommandError(
      `nothing was signed: this machine's clock says ${new Date(unixMs).toISOString().slice(0, 16)}`,
      {
        advice: "set the clock, for example by NTP, and repeat the command",
      },
    );
}
