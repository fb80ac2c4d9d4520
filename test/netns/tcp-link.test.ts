import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { NodeProcess, requireTools } from "@flor/testkit";
import { expect, test } from "vitest";
import { expectToCarry, StreamMachines } from "./stream-machines.ts";

test("two nodes over TCP carry pages, and go on when a link process is killed", async () => {
  await using machines = await StreamMachines.open();
  const far = { kind: "tcp", listen: "0.0.0.0:4600" };
  await machines.up({ near: { kind: "tcp" }, far, address: `${machines.farAddress}:4600` });
  await expectToCarry(machines);
  const ports = (): Promise<object> => machines.near.waitFor((found) => found.links[0]?.ports, "a link");
  await expect.poll(ports).toMatchObject([{ up: true, mtuOctets: 16_384, segmentMtuOctets: 16_384, peer: "far" }]);

  const killed = await machines.far.waitFor((found) => found.links[0]?.pid, "a link process");
  process.kill(killed, "SIGKILL");
  await expectToCarry(machines);
  await machines.far.waitFor(
    ({ links }) => links[0]!.restarts > 0 && links[0]!.pid !== killed && links[0]!.pid,
    "another link process",
  );
});

test("a neighbour is dialled through microsocks, with user and password", async () => {
  requireTools(["microsocks"]);
  await using machines = await StreamMachines.open();
  const passwordFile = join(machines.near.folder, "proxy.password");
  writeFileSync(passwordFile, "a secret\n", { mode: 0o600 });
  const proxy = ["-i", machines.farAddress, "-p", "1081", "-u", "me", "-P", "a secret"];
  machines.own(machines.farMachine.start("microsocks", proxy));
  await machines.up({
    near: { kind: "tcp", socks5: `${machines.farAddress}:1081`, user: "me", passwordFile },
    far: { kind: "tcp", listen: "127.0.0.1:4600" },
    address: "127.0.0.1:4600",
  });
  await expectToCarry(machines);
});

test("a neighbour is dialled through another flor", async () => {
  await using machines = await StreamMachines.open();
  const below = {
    near: machines.own(await NodeProcess.prepare("below-near", { namespace: machines.nearMachine })),
    far: machines.own(await NodeProcess.prepare("below-far", { namespace: machines.farMachine })),
  };
  await below.far.up({
    outbounds: [{ tcp: { allow: ["127.0.0.1:4600"] } }],
    links: [{ name: "wan", kind: "udp", listen: "0.0.0.0:4500" }],
    peers: [{ name: "near", id: below.near.id, link: "wan" }],
  });
  await below.near.up({
    inbounds: [{ socks5: "127.0.0.1:1081" }],
    links: [{ name: "wan", kind: "udp" }],
    peers: [{ name: "far", id: below.far.id, link: "wan", address: `${machines.farAddress}:4500` }],
    routes: [{ to: "*", through: "far" }],
  });
  await below.near.waitForPeer("far");
  await machines.up({
    near: { kind: "tcp", socks5: "127.0.0.1:1081" },
    far: { kind: "tcp", listen: "127.0.0.1:4600" },
    address: "127.0.0.1:4600",
  });
  await expectToCarry(machines);
});
