/** Where the layer ends on the way to a node without a path, as those say who are still connected. */
import type { SeenLayer } from "@flor/node";
import { TYPED_FLOR } from "../typed-flor.ts";
import { nodeText } from "../views/trace-view.ts";

/** Edges that a person reads. */
const EDGES_MAX = 4;

/**
 * What to look at: the node itself if those around it do not hear it, otherwise the nodes in front of it that fell silent.
 *
 * @param id of a node without a path
 * @returns `undefined` when nobody tells of the node
 */
export function cutText({ nodes, edges }: SeenLayer, id: string): string | undefined {
  const names = new Map(nodes.map((node) => [node.id, nodeText(node)]));
  const near = new Set(nodes.filter(({ reachable }) => reachable).map((node) => node.id));
  const behind = connectedWith(id, edges, near);
  const silent = edges.filter(({ from, to }) => near.has(from) && behind.has(to));
  if (silent.length === 0) return undefined;
  const nameOf = (node: string): string => names.get(node) ?? node;
  const own = silent.filter(({ to }) => to === id);
  const cut = (own.length > 0 ? own : silent).slice(0, EDGES_MAX);
  const who = cut.map(({ from, to }) => `${nameOf(from)} no longer hears ${nameOf(to)}`).join(", ");
  const where = new Set(cut.map(({ to }) => nameOf(to)));
  const at = [...new Set(cut.map(({ from }) => nameOf(from)))][0] ?? "";
  const beyond = own.length > 0 ? "" : `, which led to ${nameOf(id)}`;
  return `${who}${beyond}: is ${[...where].join(" or ")} up? ${TYPED_FLOR} doctor at ${at} looks closer`;
}

/** The nodes beyond `near` from which `id` was reached, as they told last; it too. */
function connectedWith(id: string, edges: SeenLayer["edges"], near: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set([id]);
  // A set hands out what is added while it is walked.
  for (const node of found)
    for (const { from, to } of edges) {
      if (to === node && !near.has(from)) found.add(from);
      if (from === node && !near.has(to)) found.add(to);
    }
  return found;
}
