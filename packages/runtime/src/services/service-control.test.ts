import type { FlorNode } from "@flor/node";
import { expect, it } from "vitest";
import type { RunningServices } from "./running-services.ts";
import { LEASE_MAX_MS, serviceControlOf } from "./service-control.ts";

/** The lease that a service gets when so much is asked for. */
function granted(lease: number | undefined): number | undefined {
  let given: number | undefined = -1;
  const published = { state: "up", reason: undefined, settings: { targetText: "", allowText: [] } };
  const node = { services: { publications: new Map([["db.team", published]]) } } as unknown as FlorNode;
  const serve: RunningServices["serve"] = (_config, leaseMs) => {
    given = leaseMs;
    return "db.team";
  };
  const running = { serve } as unknown as RunningServices;
  const control = serviceControlOf(node, running, { now: () => 0, wake: () => {} });
  control.serve({
    name: "db",
    publication: { target: "127.0.0.1:5432", allow: ["*"] },
    ...(lease === undefined ? {} : { lease }),
  });
  return given;
}

it("a lease is an hour at most, and none when none is asked for", () => {
  expect(granted(LEASE_MAX_MS - 1)).toBe(LEASE_MAX_MS - 1);
  expect(granted(LEASE_MAX_MS + 1)).toBe(LEASE_MAX_MS);
  expect(granted(undefined)).toBeUndefined();
});
