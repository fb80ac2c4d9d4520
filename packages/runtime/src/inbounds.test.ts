import { expect, it } from "vitest";
import { clientsMax } from "./inbounds.ts";

it.each([
  { descriptors: Infinity, inbounds: 1, clients: 16_384 },
  { descriptors: 20_000, inbounds: 1, clients: 14_968 },
  { descriptors: 20_000, inbounds: 2, clients: 7484 },
  { descriptors: 1024, inbounds: 1, clients: 736 },
  { descriptors: 64, inbounds: 1, clients: 16 },
  { descriptors: 30, inbounds: 3, clients: 1 },
])("$inbounds inbounds of a process with $descriptors descriptors take $clients clients each", (row) => {
  expect(clientsMax(row.descriptors, row.inbounds)).toBe(row.clients);
});
