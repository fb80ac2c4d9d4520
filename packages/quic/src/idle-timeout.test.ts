import { expect, it } from "vitest";
import { EndpointPair } from "./endpoint-pair.testing.ts";
import { QUIC_LIMITS } from "./quic-limits.ts";

it("another idle timeout is that of connections from then on; those that are open end as they told their peer", () => {
  const pair = new EndpointPair();
  const { server: before } = pair.establish();
  for (const { endpoint } of [pair.client, pair.server]) endpoint.idleTimeoutMs = 600_000;
  pair.runFor(1000);
  const isOld = new Set(pair.server.endpoint.connections);
  const after = pair.connect();
  pair.runUntil(() => after.state === "established");
  const later = [...pair.server.endpoint.connections].find((one) => !isOld.has(one));
  pair.runFor(QUIC_LIMITS.idleTimeoutMs + 5000);
  expect([before.state, before.closeReason?.by]).toEqual(["closed", "timeout"]);
  expect(later?.state).toBe("established");
  pair.runFor(600_000);
  expect(later?.closeReason?.by).toBe("timeout");
});
