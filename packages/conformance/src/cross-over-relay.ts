import type { Bench } from "./bench.ts";
import { deliver, numbered } from "./carry.ts";
import { type Crossing, NO_DATAGRAMS } from "./crossing.ts";
import { applies } from "./finding.ts";

/** A crossing through a relay, for what is asked about the path; a link that sends no datagrams has none. */
export async function crossOverRelay(bench: Bench): Promise<Crossing> {
  const crossing = await bench.cross({ isRelayed: true });
  await deliver(bench, crossing.near, crossing.far, numbered([100], 9_000));
  applies((crossing.relay?.counts.toRight.received ?? 0) > 0, NO_DATAGRAMS);
  return crossing;
}
