import { expect, it } from "vitest";
import { shareDescriptors } from "./descriptor-shares.ts";

it.each([
  { descriptors: Infinity, inbounds: 1, isEgress: true, clients: Infinity, flows: Infinity },
  { descriptors: 20_000, inbounds: 1, isEgress: false, clients: 14_968, flows: 14_968 },
  { descriptors: 20_000, inbounds: 2, isEgress: false, clients: 7484, flows: 14_968 },
  { descriptors: 20_000, inbounds: 1, isEgress: true, clients: 7484, flows: 7484 },
  { descriptors: 1024, inbounds: 0, isEgress: true, clients: 736, flows: 736 },
  { descriptors: 64, inbounds: 1, isEgress: false, clients: 16, flows: 16 },
  { descriptors: 30, inbounds: 3, isEgress: true, clients: 1, flows: 1 },
])("$inbounds inbounds of a process with $descriptors descriptors take $clients clients each", (row) => {
  const shares = shareDescriptors(row.descriptors, row);
  expect(shares).toEqual({ clientsOfInbound: row.clients, egressFlows: row.flows });
});
