import { expect, it } from "vitest";
import { parseDestinationPattern } from "./destination-pattern.ts";
import { type Route, routeFor } from "./routes.ts";

const route = (text: string, ...through: string[]): Route => {
  const to = parseDestinationPattern(text);
  if ("error" in to) throw new Error(to.error);
  return { to, through, balance: "order" };
};

const routes = [route("*.home.example:*", "home"), route("192.168.1.0/24:22", "home"), route("*:443", "vm", "home")];

it.each([
  [{ kind: "domain", name: "web.home.example" } as const, 443, ["home"]],
  [{ kind: "domain", name: "example.org" } as const, 443, ["vm", "home"]],
  [{ kind: "domain", name: "example.org" } as const, 80, []],
  [{ kind: "address", address: Uint8Array.of(192, 168, 1, 1) } as const, 22, ["home"]],
  [{ kind: "address", address: Uint8Array.of(192, 168, 1, 1) } as const, 443, ["vm", "home"]],
])("sends %o port %i through the peers of the first route that fits: %o", (target, port, through) => {
  expect(routeFor(routes, { target, port })?.through ?? []).toEqual(through);
});
