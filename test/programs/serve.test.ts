/** `flor serve` and what follows from it, as two people at two machines type it. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { findTool, flor, freePort, NodeProcess, requireTools, run, StartedProcess } from "@flor/testkit";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const WAIT = { timeout: 90_000, interval: 200 };
const MAIN = new URL("../../apps/flor/src/main.ts", import.meta.url).pathname;

let home: NodeProcess;
let laptop: NodeProcess;
const page = createServer((_request, response) => response.end("the page"));
const echo = createSocket("udp4");

beforeAll(async () => {
  requireTools(["curl"]);
  [home, laptop] = await Promise.all([NodeProcess.prepare("home"), NodeProcess.prepare("laptop")]);
  page.listen(join(home.folder, "web.sock"));
  echo.on("message", (octets, { port, address }) => echo.send(octets, port, address));
  echo.bind(0, "127.0.0.1");
  await Promise.all([once(page, "listening"), once(echo, "listening")]);
  const address = `127.0.0.1:${await freePort()}`;
  await home.up({
    links: [{ name: "wan", kind: "udp", listen: address }],
    peers: [{ name: "laptop", id: laptop.id, link: "wan" }],
    outbounds: [{ tcp: { allow: ["*"] } }],
    services: { network: "team" },
  });
  await laptop.up({
    inbounds: [{ proxy: "127.0.0.1:0" }],
    links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
    peers: [{ name: "home", id: home.id, link: "wan", address }],
    routes: [{ to: "*", through: "home" }],
    services: { network: "team", trust: { "*": ["home"] } },
  });
}, 180_000);

afterAll(async () => {
  page.close();
  echo.close();
  await Promise.all([home[Symbol.asyncDispose](), laptop[Symbol.asyncDispose]()]);
});

/** `flor …` of a node's user that runs until it is stopped. */
function started(node: NodeProcess, ...args: readonly string[]): StartedProcess {
  return StartedProcess.start(process.execPath, [MAIN, ...args], { env: node.environment, cwd: node.folder });
}

/** What a client of the laptop's proxy gets. */
async function curl(name: string): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const { port } = (await laptop.status())!.inbounds[0]!;
  const proxy = ["-x", `socks5h://127.0.0.1:${port}`, "--noproxy", "", "-sS", "--max-time", "60"];
  const { exitCode = -1, stdout } = await execa(findTool("curl")!, [...proxy, `http://${name}/`], { reject: false });
  return { exitCode, stdout };
}

async function statesOf(name: string): Promise<readonly string[]> {
  const { services } = (await laptop.status()) ?? {};
  return services?.found.find((one) => one.name === name)?.publishers.map(({ state }) => state) ?? [];
}

const isUp = async (name: string): Promise<boolean> => (await statesOf(name)).includes("up");
const isGone = async (name: string): Promise<boolean> => (await statesOf(name)).length === 0;

test("a page on a Unix socket is served by name until Ctrl-C, looked up, forwarded, steered and seen", async () => {
  await using serving = started(home, "serve", "web", "./web.sock");
  await serving.waitForOutput(/web\.team → \S+web\.sock, for everybody in the network/);
  await vi.waitUntil(() => isUp("web.team"), WAIT);
  expect((await flor(["lookup", "web.team"], laptop)).stdout).toMatch(/web\.team\s+home\s+up/);
  expect(await curl("web.team")).toEqual({ exitCode: 0, stdout: "the page" });

  await using forward = started(laptop, "forward", "0", "web.team:80");
  const [, port] = await forward.waitForOutput(/127\.0\.0\.1:(\d+) leads to web\.team:80/);
  expect(await run(findTool("curl")!, ["-sS", "--noproxy", "*", `http://127.0.0.1:${port}/`])).toBe("the page");

  for (const args of [
    ["services"],
    ["lb", "show", "web"],
    ["lb", "explain", "web", "--client", "10.0.0.7:4711"],
    ["lb", "simulate", "web", "--weight", "home=50"],
  ]) {
    const { exitCode, stdout, stderr } = await flor(args, laptop);
    expect([args, exitCode, stderr]).toEqual([args, 0, ""]);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toContain("home");
  }

  for (const [args, says] of [
    [["lb", "weight", "web", "50"], "web.team at this node: up, weight 50"],
    [["lb", "drain", "web"], "web.team at this node: draining, weight 50"],
    [["lb", "enable", "web"], "web.team at this node: up, weight 100"],
  ] as const)
    expect((await flor(args, home)).stdout).toContain(says);

  serving.signal("SIGINT");
  await serving.exited;
  expect(serving.output).toContain("web.team is withdrawn");
  await vi.waitUntil(() => isGone("web.team"), WAIT);
});

test("a name that nobody publishes ends at once, and asks no exit for it", async () => {
  const { opened } = (await home.status())!.flows;
  const { exitCode, stdout } = await curl("mail.team");
  expect([exitCode, stdout]).toEqual([97, ""]);
  const lookup = await flor(["lookup", "mail.team"], laptop);
  expect([lookup.exitCode, lookup.stderr]).toEqual([1, expect.stringContaining("nobody in team publishes mail.team")]);
  const { flows } = (await home.status())!;
  expect([flows.opened, flows.failed]).toEqual([opened, {}]);
});

test("a server of UDP is served detached, answers through a forward, and is taken back by unserve", async () => {
  const served = await flor(["serve", "echo/udp", `${echo.address().port}`, "--detach"], home);
  expect([served.exitCode, served.stdout]).toEqual([0, expect.stringContaining("echo.team/udp → 127.0.0.1:")]);
  await vi.waitUntil(() => isUp("echo.team/udp"), WAIT);
  await using forward = started(laptop, "forward", "--udp", "0", "echo.team:7");
  const [, port] = await forward.waitForOutput(/127\.0\.0\.1:(\d+) leads to echo\.team:7 by udp/);
  const client = createSocket("udp4");
  const answered = once(client, "message") as Promise<[Buffer]>;
  let isAnswered = false;
  const answer = answered.then(([octets]) => ((isAnswered = true), octets.toString()));
  await vi.waitUntil(() => {
    client.send("ping", Number(port), "127.0.0.1");
    return isAnswered;
  }, WAIT);
  client.close();
  expect(await answer).toBe("ping");
  expect((await flor(["unserve", "echo/udp"], home)).stdout).toContain("echo/udp is withdrawn");
  await vi.waitUntil(() => isGone("echo.team/udp"), WAIT);
});
