import { status, vm } from "@flor/node/sample-status";
import { describe, expect, test } from "vitest";
import { adviceOn } from "./advice.ts";

describe("advice", () => {
  test("tells when the node cannot keep up", () => {
    expect(adviceOn({ ...status, peers: [vm], loopDelayMs: { p50: 2, p99: 120.4, max: 300 } })).toEqual([
      "events wait 120 ms: the node has more to do than its processor can handle",
    ]);
  });

  test("names a neighbour that says wrong things of the layer", () => {
    const misconduct = "malformed advertisements: 50 in a minute";
    expect(adviceOn({ ...status, peers: [{ ...vm, misconduct }] })).toEqual([
      "peer vm misbehaves: malformed advertisements: 50 in a minute",
    ]);
  });

  test("tells of a session that had to be replaced, for ten minutes", () => {
    const replaced = (agoMs: number): string =>
      adviceOn({
        ...status,
        peers: [{ ...vm, lastEnd: { reason: "replaced: it was alive, but 2 opens got no answer for 40 s", agoMs } }],
      }).join();
    expect(replaced(12_000)).toBe(
      "the session with vm was replaced 12 s ago: it was alive, but 2 opens got no answer for 40 s",
    );
    expect(replaced(700_000)).toBe("");
  });

  test("says how a peer that is not reached ended its last session, for ten minutes", () => {
    const gone = (agoMs: number, reason: string): string =>
      adviceOn({
        ...status,
        peers: [{ ...vm, state: "unreachable", reason: "nothing is heard", lastEnd: { reason, agoMs } }],
      }).join();
    expect(gone(9000, "revoked in home by vm")).toBe(
      "peer vm is unreachable: nothing is heard; its last session ended 9 s ago: revoked in home by vm",
    );
    expect(gone(9000, "")).toBe("peer vm is unreachable: nothing is heard");
    expect(gone(700_000, "revoked in home by vm")).toBe("peer vm is unreachable: nothing is heard");
  });

  test("is silent while all is well", () => {
    expect(adviceOn({ ...status, peers: [vm] })).toEqual([]);
  });

  test("names a failed link alone, when every peer is behind it", () => {
    const links = status.links.map((link) => ({ ...link, state: "failed" as const, lastError: "port 4600 is taken" }));
    expect(adviceOn({ ...status, links })).toEqual([
      "link wan failed: port 4600 is taken; repair that, then: npm run -s flor -- link restart wan",
    ]);
  });
});
