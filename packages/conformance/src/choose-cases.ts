import { ALL_CASES } from "./cases/all-cases.ts";
import { type ConformanceCase, type Group, GROUPS } from "./conformance-case.ts";

/** Which cases; both lists together narrow the choice. */
export interface Choice {
  /** @default every group */
  readonly groups?: readonly string[];
  /** @default every case */
  readonly ids?: readonly string[];
}

/** The chosen cases, one at least. Throws a RangeError that names what is not known, and what is. */
export function chooseCases({ groups = [], ids = [] }: Choice): readonly ConformanceCase[] {
  for (const group of groups)
    if (!GROUPS.includes(group as Group)) throw new RangeError(`no group "${group}": there are ${GROUPS.join(", ")}`);
  for (const id of ids)
    if (!ALL_CASES.some((one) => one.id === id))
      throw new RangeError(`no case "${id}": there are ${ALL_CASES.map((one) => one.id).join(", ")}`);
  const chosen = ALL_CASES.filter(
    ({ group, id }) => (groups.length === 0 || groups.includes(group)) && (ids.length === 0 || ids.includes(id)),
  );
  if (chosen.length === 0) throw new RangeError(`no case of ${ids.join(", ")} is in ${groups.join(", ")}`);
  return chosen;
}
