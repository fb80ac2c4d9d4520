import { parseDestinationPattern, type Route } from "@flor/route";
import { describe, expect, it } from "vitest";
import { RouteBalancer } from "./route-balancer.ts";

const to = parseDestinationPattern("*");
if ("error" in to) throw new Error(to.error);
const routeOf = (balance: Route["balance"]): Route => ({ to, through: ["a", "b", "c"], balance });
const destination = { target: { kind: "domain", name: "web.example" }, port: 80 } as const;
const requestOf = (address: string) =>
  ({ network: "tcp", destination, user: undefined, socket: { remote: { address, port: 1 } } }) as const;

describe("the peers of a route", () => {
  it("are asked as listed", () => {
    const balancer = new RouteBalancer(() => 1);
    expect(balancer.order(routeOf("order"), requestOf("192.0.2.1"))).toEqual(["a", "b", "c"]);
  });

  it("are asked by their round trip, unknown ones last", () => {
    const balancer = new RouteBalancer((peer) => ({ b: 30, c: 10 })[peer]);
    expect(balancer.order(routeOf("latency"), requestOf("192.0.2.1"))).toEqual(["c", "b", "a"]);
  });

  it("share the clients, each of which stays with one, also at another node", () => {
    const [here, there] = [new RouteBalancer(() => 1), new RouteBalancer(() => 2)];
    const counts: Record<string, number> = {};
    for (let client = 0; client < 3000; client += 1) {
      const request = requestOf(`192.0.${client >> 8}.${client & 255}`);
      const order = here.order(routeOf("maglev"), request);
      expect(order.toSorted()).toEqual(["a", "b", "c"]);
      expect(there.order(routeOf("maglev"), request)).toEqual(order);
      counts[order[0]!] = (counts[order[0]!] ?? 0) + 1;
    }
    for (const peer of ["a", "b", "c"]) expect(Math.abs(counts[peer]! / 3000 - 1 / 3)).toBeLessThan(0.03);
  });
});
