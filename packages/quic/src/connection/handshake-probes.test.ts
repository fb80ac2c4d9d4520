import { expect, it } from "vitest";
import { engineMaker } from "../create-engines.ts";
import { seededRandom } from "../endpoint-pair.testing.ts";
import { createIdentity } from "../identity.ts";
import { createPlainProvider } from "../plain/plain-provider.ts";
import type { QuicEngine } from "../quic-engine.ts";
import { QUIC_LIMITS } from "../quic-limits.ts";

const engines = engineMaker({ crypto: createPlainProvider(createIdentity(new Uint8Array(32).fill(1))) })({
  limits: { ...QUIC_LIMITS, stalledCode: 1 },
  protocols: ["flor"],
  random: seededRandom(1),
});
const CLIENT_ID = new Uint8Array(8).fill(1);
const FIRST_ID = new Uint8Array(8).fill(2);
const SERVER_ID = new Uint8Array(8).fill(3);

function datagramsOf(engine: QuicEngine, now: number, into: Uint8Array = new Uint8Array(1400)): Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  for (;;) {
    const length = engine.fill(into, 0, into.length, now);
    if (length === 0) return datagrams;
    datagrams.push(into.slice(0, length));
  }
}

it("a server is told all that it needs by any one probe of a client whose first packet was lost", () => {
  for (const arriving of [0, 1]) {
    const client = engines.connect(CLIENT_ID, FIRST_ID, 0);
    expect(datagramsOf(client, 0)).toHaveLength(1);
    const now = client.nextTimeout() ?? 0;
    client.handleTimeout(now);
    const probes = datagramsOf(client, now);
    expect(probes).toHaveLength(2);
    const server = engines.accept(
      {
        sourceId: SERVER_ID,
        initialDestination: FIRST_ID,
        original: undefined,
        windowOctets: 1_000_000,
        resetToken: new Uint8Array(16),
      },
      now,
    );
    const probe = probes[arriving]!;
    expect(server.take(probe, 0, probe.length, now)).toBe(true);
    for (const answer of datagramsOf(server, now)) client.take(answer, 0, answer.length, now);
    expect(client.isEstablished(), `probe ${arriving}`).toBe(true);
  }
});
