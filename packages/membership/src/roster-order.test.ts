/** Whatever nodes hear in whatever order: they come to hold the same, and a node that starts again holds it still. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { DAY_MS, issuer, membership, revocation, rosterOf, T0 } from "./network.testing.ts";
import type { SignedRecord } from "./record.ts";
import type { Roster } from "./roster.ts";

const NOW = T0 + DAY_MS;
const KINDS = ["issuer", "ends", "demotes", "lets in", "lets out"] as const;

type Step = readonly [kind: (typeof KINDS)[number], key: number, by: number];

/** One after another, as honest issuers and the root's commands write them, and those of keys that are issuers no more. */
function recordsOf(steps: readonly Step[]): readonly SignedRecord[] {
  return steps.flatMap(([kind, key, by], index) => {
    const at = T0 + 10 * index;
    if (kind === "issuer") return [issuer(key, { at })];
    if (kind === "ends") return [revocation(key, { at })];
    if (kind === "demotes") return [revocation(key, { at }), membership(key, { at: at + 1 })];
    return [kind === "lets in" ? membership(key, { by, at }) : revocation(key, { by, at })];
  });
}

const held = (roster: Roster): readonly string[] => [...roster.records.keys()].toSorted();

/** Each tells the others what they lack, until nothing is new. */
function exchange(rosters: readonly Roster[]): void {
  let isNew = true;
  for (let round = 0; round < 20 && isNew; round += 1) {
    isNew = false;
    for (const teller of rosters)
      for (const hearer of rosters)
        for (const { id, octets } of teller.records.values())
          if (!hearer.records.has(id) && hearer.take(octets, NOW) === "fresh") isNew = true;
  }
  expect(isNew).toBe(false);
}

const step = fc.tuple(fc.constantFrom(...KINDS), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 }));

it("is the same for all, and after a restart", () => {
  const order = fc.array(fc.nat(), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.array(order, { minLength: 3, maxLength: 3 }), (steps, orders) => {
      const records = recordsOf([["issuer", 1, 1], ["issuer", 2, 1], ["lets in", 3, 1], ...steps]);
      const rosters = orders.map((places, at) => {
        const roster = rosterOf();
        const own = records.map((signed, index) => ({ signed, place: places[index] ?? 0 }));
        for (const { signed, place } of own.toSorted((a, b) => a.place - b.place))
          if (at === 0 || place % 3 > 0) roster.take(signed.octets, NOW);
        return roster;
      });
      exchange(rosters);
      const again = rosterOf();
      again.restore(
        Array.from(rosters[0]!.records.values(), ({ octets }) => octets),
        NOW,
      );
      for (const roster of [...rosters.slice(1), again]) expect(held(roster)).toEqual(held(rosters[0]!));
    }),
    { numRuns: 300 },
  );
});
