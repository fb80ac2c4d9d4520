/** The link of `links/examples/perl`, which was written from docs/write-a-link.md and proto/flor-io.md alone. */
import { join } from "node:path";
import { flor, freePort, NodeProcess, requireTools, run, seededOctets, TestServer } from "@flor/testkit";
import { beforeAll, expect, test } from "vitest";

const LINK = join(import.meta.dirname, "../../links/examples/perl/minimal-link.pl");
const PAGE = Buffer.from(seededOctets(1, 400_000)).toString("hex");

beforeAll(() => requireTools(["perl", "curl"]));

function linkOn(port: number): object {
  return { name: "mine", kind: "process", command: ["perl", LINK], config: { listen: `127.0.0.1:${port}` } };
}

test("the link in Perl keeps the contract", async () => {
  const { exitCode, stdout } = await flor([
    "link",
    "test",
    "--group",
    "process,handshake,control,data",
    "--patience",
    "4",
    "--",
    "perl",
    LINK,
  ]);
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("conforms:") });
});

test("a page crosses from node to node through the link in Perl, and again after the link was killed", async () => {
  await using near = await NodeProcess.prepare("near");
  await using far = await NodeProcess.prepare("far");
  const [nearPort, farPort] = [await freePort(), await freePort()];
  await far.up({
    outbounds: [{ tcp: { allow: ["127.0.0.1"] } }],
    links: [linkOn(farPort)],
    peers: [{ name: "near", id: near.id, link: "mine", address: `127.0.0.1:${nearPort}` }],
  });
  await near.up({
    inbounds: [{ socks5: "127.0.0.1:0" }],
    links: [linkOn(nearPort)],
    peers: [{ name: "far", id: far.id, link: "mine", address: `127.0.0.1:${farPort}` }],
    routes: [{ to: "*", through: "far" }],
  });
  await near.waitForPeer("far");
  await using server = await TestServer.open({ kind: "http", pages: { "/": PAGE } });
  const socks = `127.0.0.1:${await near.socksPort()}`;
  const load = async (): Promise<string> =>
    run("curl", ["-sS", "--max-time", "200", "--socks5-hostname", socks, `http://127.0.0.1:${server.port}/`]);

  expect((await load()) === PAGE).toBe(true);
  const killed = await near.waitFor((status) => status.links[0]?.pid, "the link's process");
  process.kill(killed, "SIGKILL");
  await near.waitFor(({ links: [link] }) => link?.state === "ready" && link.pid !== killed, "a new link process");
  expect((await load()) === PAGE).toBe(true);
});
