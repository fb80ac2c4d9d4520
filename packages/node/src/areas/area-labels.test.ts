import { IncomingLabelMap } from "@flor/label";
import { expect, test } from "vitest";
import type { NextHop } from "../forward.ts";
import { AreaLabels, GONE_LABELS_MAX } from "./area-labels.ts";

test("ways that come and go without end leave labels for all else: the oldest that ended are unknown", () => {
  const labels = new IncomingLabelMap<NextHop>(0);
  const areaLabels = new AreaLabels({ labels, peer: () => undefined, handleGone: () => {} });
  const way = { peer: "h", label: 0 };
  const [first, ...others] = Array.from({ length: GONE_LABELS_MAX + 1 }, () => areaLabels.bind(way, 0) ?? 0);
  if (first === undefined) throw new Error("no label was bound");
  for (const label of [first, ...others]) areaLabels.release(label, 0);
  expect(labels.lookup(first)).toBeUndefined();
  expect(others.every((label) => labels.lookup(label) !== undefined)).toBe(true);
  // As many again and again: none is given twice, and there is always one.
  for (let n = 0; n < 80_000; n += 1) {
    const label = areaLabels.bind(way, 1);
    if (label === undefined) throw new Error("no labels are left");
    areaLabels.release(label, 1);
  }
  expect([...labels.entries()]).toHaveLength(GONE_LABELS_MAX);
  areaLabels.handleTimeout(1_000_000);
  expect([...labels.entries()]).toHaveLength(0);
});
