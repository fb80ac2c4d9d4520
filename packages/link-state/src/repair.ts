/**
 * Local repair (the idea of RFC 9855): how a node that stands before one that fell silent gets frames past it. The label
 * under the popped one is the silent node's own, so this node looks it up in that node's advertisement (a context label
 * space, RFC 5331) and pops it in its place:
 *
 *   | to N | N's label to M | rest |   ⇒   | path to M, not over N | rest |
 *   | to N | N's delivery label | payload |   ⇒   | another path to N | N's delivery label | payload |
 */
import type { LinkStateEntry } from "./entry.ts";
import type { Path, Paths } from "./paths.ts";

/** Another way, in place of labels that were popped. */
export interface Detour {
  /** Node key of the first hop. */
  readonly firstHop: string;
  /** Labels to push, top first; none when the first hop is where the detour ends. */
  readonly push: readonly number[];
}

/** What to do with frames for a silent neighbour. */
export interface Repair {
  /** By the silent node's label under the popped one: past it, with both popped. */
  readonly around: ReadonlyMap<number, Detour>;
  /** To the node itself, should only the way to it be gone. */
  readonly toward: Detour | undefined;
}

/**
 * The repair for a silent neighbour; `silent`: what it said of itself last.
 *
 * @param carries whether frames can be sent to a first hop now
 */
export function repairOf(paths: Paths, silent: LinkStateEntry, carries: (firstHop: string) => boolean): Repair {
  const { origin, edges } = silent;
  const pathsAround = paths.around([origin]);
  const around = new Map<number, Detour>();
  for (const { label, neighbour } of edges) {
    const detour = detourOf(pathsAround(neighbour), carries);
    if (detour !== undefined) around.set(label, detour);
  }
  return { around, toward: detourOf(paths.avoidingFirstHops(origin, [origin]), carries) };
}

/** The path without its end's delivery label: what was under the popped labels goes on from there. */
function detourOf(candidates: readonly Path[], carries: (firstHop: string) => boolean): Detour | undefined {
  const path = candidates.find(({ firstHop }) => carries(firstHop));
  return path === undefined ? undefined : { firstHop: path.firstHop, push: path.stack.slice(0, -1) };
}
