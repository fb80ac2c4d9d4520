/** Machines of a network in a grid, and a cable that is cut under a stream of datagrams. */
import { expect, test } from "vitest";
import { wayOf } from "./carried-way.ts";
import { Field } from "./field.ts";
import { FieldNodes } from "./field-nodes.ts";
import { grid } from "./field-plan.ts";
import { Probe } from "./probe.ts";

test("a stream between members goes another way when a cable on its way carries nothing", async () => {
  await using field = await Field.lay(grid(2, 2));
  await using nodes = await FieldNodes.start(field, { members: true, flows: [{ from: "a1", to: "b2" }] });
  await using probe = await Probe.start(...nodes.placesOf(nodes.flows[0]!));
  const before = await wayOf(field, "a1", "b2");
  expect(before).toHaveLength(3);
  const { received } = await probe.during(async () => {
    await field.cut(before[1]!, "b2", { silent: true });
  });
  expect(received).toBeGreaterThan(0);
  const after = await wayOf(field, "a1", "b2");
  expect(after).toHaveLength(3);
  expect(after[1]).not.toBe(before[1]);
});
