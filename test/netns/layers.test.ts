import { expect, test } from "vitest";
import { LayeredMachines, SOCKS_PORT } from "./layered-machines.ts";
import { SeededSite } from "./seeded-site.ts";

const OCTETS = 8 * 1_048_576;

test.each([2, 3])("curl crosses %i layers, hash equal", async (layers) => {
  await using network = await LayeredMachines.open({ layers });
  await using site = await SeededSite.open(network.last, network.lastAddress, OCTETS);
  expect(await site.fetch(network.first, { socksPort: SOCKS_PORT })).toBe(site.hash);
});
