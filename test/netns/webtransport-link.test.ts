import { Capture, Firewall, NodeProcess, openPage, requireTools, startServer } from "@flor/testkit";
import { expect, test } from "vitest";
import { expectToCarry, SOCKS_PORT, StreamMachines } from "./stream-machines.ts";

const PORT = 443;
const webtransport = { kind: "webtransport" };
const PAGE = '<p id="said"></p><script>document.getElementById("said").textContent = "scripts ran"</script>';
const far = { ...webtransport, listen: `0.0.0.0:${PORT}` };

test("where no UDP passes, a file and a browser's page cross HTTP/2, and the neighbour's id is the pin", async () => {
  requireTools(["chromium"]);
  await using machines = await StreamMachines.open();
  const [device] = machines.devices;
  const firewall = new Firewall(machines.nearMachine);
  // Not on loopback: there the node speaks to its links.
  await firewall.add(`oifname "${device}" meta l4proto udp drop`, `iifname "${device}" meta l4proto udp drop`);
  await machines.up({ near: webtransport, far, address: `https://${machines.farAddress}:${PORT}/flor` });
  expect(await machines.far.process.waitForOutput(/listening on \S+\/flor, HTTP\/2 only/)).toBeTruthy();
  await expectToCarry(machines);
  const { nearMachine: namespace, farMachine, farAddress: host } = machines;
  await using site = await startServer(farMachine, { kind: "http", host, pages: { "/": PAGE } });
  const options = { namespace, proxy: `socks5://127.0.0.1:${SOCKS_PORT}` };
  expect(await openPage(`http://${host}:${site.port}/`, options)).toContain('<p id="said">scripts ran</p>');
  const ports = (): Promise<object> => machines.near.waitFor((status) => status.links[0]?.ports, "a link");
  await expect.poll(ports).toMatchObject([{ up: true, peer: "far" }]);
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

test("a page's own WebTransport asks for HTTP/3 and nothing else, which the link does not speak by itself", async () => {
  await using machines = await StreamMachines.open();
  const { nearMachine, farAddress, devices } = machines;
  await machines.upFar(far);
  await machines.far.process.waitForOutput(/listening on \S+\/flor/);
  const script = `
    const serverCertificateHashes = [{ algorithm: "sha-256", value: new Uint8Array(32) }];
    const said = (text) => (document.getElementById("said").textContent = text);
    const session = new WebTransport("https://${farAddress}:${PORT}/flor", { serverCertificateHashes });
    session.closed.catch(() => {});
    said("it was opened");
    session.ready.then(() => said("it is ready"), () => {});`;
  // A browser's virtual time stands still, and the page stays, while somebody owes it an answer.
  const stalled = await startServer(nearMachine, { kind: "stalled", host: "127.0.0.1" });
  const stay = `fetch("http://127.0.0.1:${stalled.port}/", { mode: "no-cors" }).catch(() => {});`;
  const page = `<p id="said"></p><script>${stay}${script}</script>`;
  // Browsers have WebTransport for pages that came over TLS, or from their own machine.
  await using site = await startServer(nearMachine, { kind: "http", host: "127.0.0.1", pages: { "/": page } });
  await using capture = await Capture.start(nearMachine, devices[0], `port ${PORT}`);
  const opened = openPage(`http://127.0.0.1:${site.port}/`, { namespace: nearMachine });
  await Promise.race([capture.waitForPacket(), opened]);
  await stalled[Symbol.asyncDispose]();
  const document = await opened;
  await capture.stop();
  expect(document).toContain('<p id="said">it was opened</p>');
  expect(await capture.packets("udp")).not.toEqual([]);
  expect(await capture.packets("tcp")).toEqual([]);
});
