import { nodeKeyOf } from "@flor/link-state";
import { expect, it } from "vitest";
import { attendTime } from "./attend-time.ts";
import { NetworkTime } from "./network-time.ts";

const NOW = 1_811_808_000;
const [peer, guest] = [1, 2].map((octet) => new Uint8Array(32).fill(octet));

it("hears peers alone: what a guest says, or a host of another network, counts for nothing", () => {
  const networkTime = new NetworkTime({ wallMs: () => 0 });
  const endpoint = {
    onTimeTold: (_key: Uint8Array, _unixSeconds: number): void => {},
    onEstablished: (_key: Uint8Array): void => {},
    tellsTime: () => true,
    handleClockSet: (): void => {},
  };
  const refused = attendTime({
    host: { networkTime, unixSeconds: () => 0, log: () => {} },
    endpoints: [endpoint],
    others: [],
    nameOf: (key) => (key === nodeKeyOf(peer!) ? "vm" : undefined),
  });
  endpoint.onTimeTold(guest!, NOW);
  endpoint.onEstablished(guest!);
  refused({ reason: "clock-skew", peer: guest!, skewSeconds: NOW, path: undefined });
  expect([networkTime.isDoubtful, endpoint.tellsTime()]).toEqual([true, false]);
  refused({ reason: "clock-skew", peer: peer!, skewSeconds: NOW, path: undefined });
  expect([networkTime.unixMs(), endpoint.tellsTime()]).toEqual([NOW * 1000, true]);
});
