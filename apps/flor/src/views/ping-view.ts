import type { EchoReport } from "@flor/runtime/control";
import type { Style } from "../terminal.ts";
import { printable } from "./printable.ts";
import { percentText, roundTripText } from "./quantity-text.ts";

/** Echoes so far. */
export interface PingTally {
  sent: number;
  /** Of them, those that reached the peer, as the last reply told. */
  reached: number;
  /** Round trips of the replies. */
  readonly rttsMs: number[];
}

/** One echo: `1  12.3 ms  vm → home`. */
export function echoLine(to: string, sequence: number, { outcome, path }: EchoReport, style: Style): string {
  const way = path.length === 0 ? "" : `  ${style.dim(`by ${path.map(printable).join(" → ")}`)}`;
  const what = "rttMs" in outcome ? roundTripText(outcome.rttMs) : style.red(printable(outcome.problem));
  return `${printable(to)}: ${sequence}  ${what}${way}`;
}

/** All of them. */
export function pingSummary(to: string, { sent, reached, rttsMs }: PingTally): readonly string[] {
  const received = rttsMs.length;
  if (sent === 0) return [];
  const head = `${printable(to)}: ${sent} sent, ${received} came back, ${percentText(1 - received / sent)} lost`;
  if (received === 0) return [head];
  // Those behind the last reply are not counted at the other end.
  const lost =
    received === sent ? "" : ` (${sent - Math.max(reached, received)} there, ${Math.max(0, reached - received)} back)`;
  const mean = rttsMs.reduce((sum, rtt) => sum + rtt, 0) / received;
  const times = [Math.min(...rttsMs), mean, Math.max(...rttsMs)].map(roundTripText);
  return [`${head}${lost}`, `round trip: least ${times[0]}, mean ${times[1]}, most ${times[2]}`];
}
