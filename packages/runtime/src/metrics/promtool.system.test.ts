/** Prometheus' own tool reads what we write. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireTools } from "@flor/testkit";
import { execa } from "execa";
import { beforeAll, expect, it } from "vitest";
import { expositionOf } from "./exposition.ts";
import { stagedStatus } from "./staged-status.testing.ts";

const RULES = fileURLToPath(new URL("../../../../packaging/prometheus/alerts.yml", import.meta.url));

/** A peer that is gone for ten minutes, beside one that never was there and one that is back. */
const RULES_TEST = `
rule_files: [${JSON.stringify(RULES)}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'flor_peer_up{instance="a", peer="gone"}', values: "1x10 0x20" }
      - { series: 'flor_peer_up{instance="a", peer="never"}', values: "0x30" }
      - { series: 'flor_peer_up{instance="a", peer="back"}', values: "1x10 0x2 1x20" }
      - { series: 'flor_session_sent_packets_total{instance="a", peer="gone"}', values: "0+6000x30" }
      - { series: 'flor_session_lost_packets_total{instance="a", peer="gone"}', values: "0+600x30" }
    alert_rule_test:
      - alertname: FlorPeerDown
        eval_time: 20m
        exp_alerts:
          - exp_labels: { severity: warning, instance: a, peer: gone }
            exp_annotations:
              summary: "a: peer gone is not reached"
              description: "It was up within the last day. flor peers on this node says why."
      - alertname: FlorPacketsLost
        eval_time: 25m
        exp_alerts:
          - exp_labels: { severity: warning, instance: a, peer: gone }
            exp_annotations:
              summary: "a: 10% of the packets to gone are lost"
              description: "The path is bad or full. A second link to the peer is used if it is better."
`;

beforeAll(() => requireTools(["promtool"]));

it("promtool finds nothing to say about the metrics", async () => {
  const { text } = await expositionOf(stagedStatus, "prometheus");
  const { exitCode, stdout, stderr } = await execa("promtool", ["check", "metrics"], { input: text, reject: false });
  expect([stdout, stderr, exitCode]).toEqual(["", "", 0]);
});

it("promtool takes the alert rules, and they fire when they should", async () => {
  await execa("promtool", ["check", "rules", RULES]);
  const folder = mkdtempSync(join(tmpdir(), "flor-rules-"));
  try {
    const file = join(folder, "test.yml");
    writeFileSync(file, RULES_TEST);
    const { exitCode, stdout, stderr } = await execa("promtool", ["test", "rules", file], { reject: false });
    expect([exitCode, stdout + stderr]).toEqual([0, expect.stringContaining("SUCCESS")]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
