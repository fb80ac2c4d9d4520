/** Lets the network's time hear what peers say of it, and the endpoints follow it. */
import { nodeKeyOf } from "@flor/link-state";
import type { QuicEndpoint, QuicRefusal } from "@flor/quic";
import type { NodeHost } from "./node-host.ts";

/** What of an endpoint has to do with time. */
type TimedEndpoint = Pick<QuicEndpoint<unknown>, "onTimeTold" | "onEstablished" | "tellsTime" | "handleClockSet">;

/** What {@link attendTime} works with. */
export interface TimeAttendance {
  readonly host: Pick<NodeHost, "networkTime" | "unixSeconds" | "log">;
  readonly endpoints: readonly TimedEndpoint[];
  /** What else goes by the time, and is told when it is another one. */
  readonly others: readonly Pick<TimedEndpoint, "handleClockSet">[];
  /** The name of a peer whose word counts, by its node key: no guest, and no host of another network. */
  readonly nameOf: (nodeKey: string) => string | undefined;
}

/** See the head of this file; the result is to be told of every packet that is refused. */
export function attendTime({
  host,
  endpoints,
  others,
  nameOf,
}: TimeAttendance): (refusal: QuicRefusal<unknown>) => void {
  const time = host.networkTime;
  if (time === undefined) return () => {};
  const handleTold = (publicKey: Uint8Array, unixSeconds: number, isAnswer: boolean): void => {
    const key = nodeKeyOf(publicKey);
    const by = nameOf(key);
    if (by === undefined || !time.handleTold(key, unixSeconds * 1000, isAnswer)) return;
    for (const timed of [...endpoints, ...others]) timed.handleClockSet();
    const seconds = Math.round(time.offsetMs / 1000);
    host.log("warn", "network-time", { peer: by, offsetSeconds: seconds, problem: clockProblem(seconds, by) });
  };
  for (const endpoint of endpoints) {
    endpoint.onTimeTold = (publicKey, unixSeconds) => handleTold(publicKey, unixSeconds, true);
    endpoint.onEstablished = (publicKey) => {
      const key = nodeKeyOf(publicKey);
      if (nameOf(key) !== undefined) time.handleAgreed(key);
    };
    endpoint.tellsTime = () => !time.isDoubtful;
  }
  return ({ reason, peer, skewSeconds }) => {
    if (reason === "clock-skew" && peer !== undefined) handleTold(peer, host.unixSeconds() + skewSeconds, false);
  };
}

function clockProblem(seconds: number, by: string): string {
  if (seconds === 0) return `${by} confirms this machine's clock, which this node doubted`;
  const way = seconds > 0 ? "behind" : "ahead";
  return `this machine's clock is ${Math.abs(seconds)} s ${way} by what ${by} says: admission and memberships go by the network's time now; set the clock, for example by NTP`;
}
