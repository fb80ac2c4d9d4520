/** What the peer's transport parameters ask of us, RFC 9000 section 18.2. */
import { describe, expect, it } from "vitest";
import {
  decodeTransportParameters,
  encodeTransportParameters,
  type TransportParameters,
} from "../packet/transport-parameters.ts";
import { EnginePair, type PairPlan } from "./engine-pair.testing.ts";
import { pattern, Transfer } from "./transfer.testing.ts";

/** preferred_address with an id of four octets. */
const PREFERRED = [0x0d, 45, ...Array<number>(24).fill(0), 4, ...Array<number>(20).fill(7)];

/** A pair of which one end tells something else. */
function telling(
  of: "client" | "server",
  change: (parameters: TransportParameters) => void,
): NonNullable<PairPlan["parameters"]> {
  return (octets, role) => {
    const parameters = decodeTransportParameters(octets, "server");
    if (role !== of || parameters === undefined) return octets;
    change(parameters);
    return encodeTransportParameters(parameters);
  };
}

describe("max_udp_payload_size", () => {
  it.each(["client", "server"] as const)("of the %s bounds every datagram to it, and its probes", (narrow) => {
    const parameters = telling(narrow, (told) => (told.maxUdpPayloadSize = 1300));
    const pair = new EnginePair({ parameters, wire: { delayMs: 5, rate: 20_000 } });
    for (const end of [pair.client, pair.server]) end.setDatagramBounds(1400, 15_000);
    const largest = { client: 0, server: 0 };
    pair.tap = (octets, from) => void (largest[from] = Math.max(largest[from], octets.length));
    pair.runUntil(() => pair.client.isEstablished() && pair.server.isEstablished());
    // A server knows what its client takes before it sends anything; a client's first flight comes before it knows.
    const ofServer = largest.server;
    expect(ofServer).toBeLessThanOrEqual(narrow === "client" ? 1300 : 1400);
    largest.client = 0;
    const transfers = [
      new Transfer(pair.client, pair.server, pattern(2_000_000)),
      new Transfer(pair.server, pair.client, pattern(2_000_000)),
    ];
    pair.runUntil(
      () => transfers.every(({ isEnded }) => isEnded),
      () => transfers.forEach((transfer) => transfer.work(pair)),
    );
    const [towardsNarrow, towardsWide] =
      narrow === "client" ? [largest.server, largest.client] : [largest.client, largest.server];
    expect(towardsNarrow).toBe(1300);
    expect(towardsWide).toBeGreaterThan(1400);
  });
});

describe("preferred_address", () => {
  it("is not followed, and its connection id is held and retired as any other", () => {
    const parameters: NonNullable<PairPlan["parameters"]> = (octets, role) =>
      role === "server" ? Uint8Array.of(...octets, ...PREFERRED) : octets;
    const pair = new EnginePair({ parameters }).establish();
    const retired = new Set<number>();
    pair.tap = (octets, from) => {
      // The plain provider leaves frames readable.
      octets.forEach((octet, at) => {
        if (from === "client" && octet === 0x19) retired.add(octets[at + 1] ?? -1);
      });
    };
    pair.inject("client", 5000, [0x18, 2, 2, 4, ...Array<number>(20).fill(9)]);
    pair.turn();
    expect([...retired]).toEqual(expect.arrayContaining([0, 1]));
  });
});

describe("max_ack_delay and ack_delay_exponent", () => {
  it("of the peer are used, not ours: a delay in other units is taken off the round trip", () => {
    const parameters = telling("server", (told) => (told.ackDelayExponent = 10));
    const pair = new EnginePair({ parameters, wire: { delayMs: 10 } }).establish();
    const stream = pair.client.openStream() ?? -1;
    const rtts: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      pair.client.send(stream, new Uint8Array(10), false);
      pair.runFor(100);
      rtts.push(pair.figures(pair.client).rttMs);
    }
    // The server's 5 ms are told as 625 units of 8 µs; in units of 1,024 µs they are more than its max_ack_delay, which bounds them.
    expect(rtts.at(-1)).toBeGreaterThanOrEqual(20);
    expect(rtts.at(-1)).toBeLessThan(26);
  });
});
