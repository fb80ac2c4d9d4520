import { Firewall, NodeProcess } from "@flor/testkit";
import { expect, test } from "vitest";
import { expectToCarry, StreamMachines } from "./stream-machines.ts";

const PORT = 443;
const webtransport = { kind: "webtransport" };
const far = { ...webtransport, listen: `0.0.0.0:${PORT}` };

test("where no UDP passes, frames cross HTTP/2, and the neighbour's id is the pin", async () => {
  await using machines = await StreamMachines.open();
  const [device] = machines.devices;
  const firewall = new Firewall(machines.nearMachine);
  // Not on loopback: there the node speaks to its links.
  await firewall.add(`oifname "${device}" meta l4proto udp drop`, `iifname "${device}" meta l4proto udp drop`);
  await machines.up({ near: webtransport, far, address: `https://${machines.farAddress}:${PORT}/flor` });
  await expectToCarry(machines);
  const link = await machines.near.waitFor((status) => status.links[0], "a link");
  expect(link.ports).toMatchObject([{ up: true, peer: "far" }]);
});

test("a link for which another node vouches, or nobody, is refused", async () => {
  await using machines = await StreamMachines.open();
  const impostor = machines.own(await NodeProcess.prepare("impostor", { namespace: machines.farMachine }));
  await impostor.up({
    links: [{ name: "stream", ...far }],
    peers: [{ name: "near", id: machines.near.id, link: "stream" }],
  });
  await machines.upNear({ near: webtransport, far, address: `https://${machines.farAddress}:${PORT}/flor` });
  const { process } = machines.near;
  expect(
    await process.waitForOutput(/its certificate is signed neither by the neighbour's node nor by an authority/),
  ).toBeTruthy();
});
