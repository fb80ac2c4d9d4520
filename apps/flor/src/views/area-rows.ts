import type { NodeStatus } from "@flor/node";
import { printable } from "./printable.ts";
import { durationText } from "./quantity-text.ts";

/** Networks of others: what is carried between them, and who is wanted there in vain. */
export function areaRows({ areas }: Pick<NodeStatus, "areas">): readonly (readonly string[])[] {
  const carried = (areas?.carried ?? []).map(({ from, to, ways, hosts }) => {
    const some = `${ways} ${ways === 1 ? "way" : "ways"} of ${hosts} ${hosts === 1 ? "host" : "hosts"}`;
    return ["gateway", `${from} → ${to}`, ways === 0 ? "no way now" : some];
  });
  const refused = (areas?.refused ?? []).map(({ name, reason, forMs }) => [
    "refused",
    printable(name),
    `${printable(reason)}, for ${durationText(forMs)}`,
  ]);
  return [...carried, ...refused];
}
