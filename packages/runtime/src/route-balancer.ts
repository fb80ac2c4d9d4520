/** In which order the peers of a route are asked: as listed, by Maglev's table, or the nearest first. */
import type { RouteRequest } from "@flor/node";
import type { Route } from "@flor/route";
import { hashText, Service, type ServiceRecord } from "@flor/service";

/** Behind every round trip that is known. */
const UNKNOWN_MS = 1e9;

/** Round trip to a peer, milliseconds; `undefined`: unknown. */
type RoundTrip = (peer: string) => number | undefined;

/** See the head of this file. */
export class RouteBalancer {
  /** Tables of the routes in use. */
  readonly #tables = new WeakMap<Route, Service>();
  readonly #roundTrip: RoundTrip;
  #flows = 0;

  constructor(roundTrip: RoundTrip) {
    this.#roundTrip = roundTrip;
  }

  /** The peers of a route, the one to ask first in front. */
  order(route: Route, request: RouteRequest): readonly string[] {
    if (route.balance === "order" || route.through.length < 2) return route.through;
    if (route.balance === "latency")
      return route.through.toSorted((a, b) => (this.#roundTrip(a) ?? UNKNOWN_MS) - (this.#roundTrip(b) ?? UNKNOWN_MS));
    const table = this.#tableOf(route);
    const hash = hashText(this.#keyOf(request), table.seed);
    const tried = new Set<string>();
    const order: string[] = [];
    for (let next = table.peek(hash, 0, tried); next !== undefined; next = table.peek(hash, 0, tried)) {
      tried.add(next.key);
      order.push(next.record.publisher);
    }
    return order;
  }

  /** A client, by its user or its address, stays with one exit: what it sees of the world does not change under it. */
  #keyOf({ user, socket }: RouteRequest): string {
    if (user !== undefined) return `user ${user}`;
    this.#flows += 1;
    return socket?.remote?.address ?? `flow ${this.#flows}`;
  }

  #tableOf(route: Route): Service {
    const known = this.#tables.get(route);
    if (known !== undefined) return known;
    const table = new Service({ name: `route ${route.to.text}`, affinity: "flow" });
    table.apply(route.through.map(recordOf), 0);
    while (table.nextTimeout() !== undefined) table.handleTimeout(Infinity);
    this.#tables.set(route, table);
    return table;
  }
}

/** An exit as the table takes it: its name is all that matters. */
function recordOf(publisher: string): ServiceRecord {
  const names = { service: "exit", network: "route", publisher, zone: "", tags: [] };
  const numbers = { port: 1, serial: 0, weight: 100, priority: 0, tableSize: 0, boundedLoad: 0 };
  return {
    ...names,
    ...numbers,
    protocol: "tcp",
    state: "up",
    affinity: "flow",
    wantsUser: false,
    wantsClient: false,
    isFallback: false,
  };
}
