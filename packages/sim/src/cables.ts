/** Which nodes are connected: a ring, so that all are, plus random chords. */

/** A cable between two nodes, both ways. */
export interface Cable {
  readonly a: number;
  readonly b: number;
  readonly latencyMs: number;
  isUp: boolean;
  /** How often it was cut or laid. */
  changes: number;
}

const LATENCY_MIN_MS = 1;
const LATENCY_SPREAD_MS = 20;

/** Cables of a random layer of `nodes`, `degree` at each node on average, at least 2. */
export function randomCables(nodes: number, degree: number, random: () => number): readonly Cable[] {
  const cables = new Map<string, Cable>();
  const join = (a: number, b: number): void => {
    const [low, high] = a < b ? [a, b] : [b, a];
    if (low === high || cables.has(`${low} ${high}`)) return;
    cables.set(`${low} ${high}`, {
      a: low,
      b: high,
      latencyMs: LATENCY_MIN_MS + random() * LATENCY_SPREAD_MS,
      isUp: true,
      changes: 0,
    });
  };
  for (let node = 0; node < nodes; node += 1) join(node, (node + 1) % nodes);
  const most = (nodes * (nodes - 1)) / 2;
  const wanted = Math.min(most, Math.round((nodes * degree) / 2));
  while (cables.size < wanted) join(Math.floor(random() * nodes), Math.floor(random() * nodes));
  return [...cables.values()];
}
