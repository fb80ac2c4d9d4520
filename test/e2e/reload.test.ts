/** `flor reload` and SIGHUP: what changes in a running node, and what stays as it was. */
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { flor, NodeProcess, StartedProcess } from "@flor/testkit";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FlorPair } from "./flor-pair.ts";

let server: Server;
let port: number;
let pair: FlorPair;

beforeAll(async () => {
  server = createServer((socket) => void socket.on("error", () => {}).pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
  pair = await FlorPair.start({ inbounds: [{ tcp: "127.0.0.1:0", to: `127.0.0.1:${port}` }] });
});

afterAll(async () => {
  await pair[Symbol.asyncDispose]();
  server.close();
});

const FLOR = fileURLToPath(new URL("../../apps/flor/src/main.ts", import.meta.url));
const fileOf = (): string => join(pair.near.folder, "flor.yaml");
const written = (): Record<string, unknown> => JSON.parse(readFileSync(fileOf(), "utf8")) as Record<string, unknown>;

/** Connects to the echo through the forward, and shows that it lives. */
async function echo(through: number): Promise<{ says(text: string): Promise<string>; end(): void }> {
  const socket = connect(through, "127.0.0.1");
  socket.on("error", () => {});
  return {
    async says(text) {
      socket.write(text);
      const [octets] = (await once(socket, "data")) as [Buffer];
      return octets.toString();
    },
    end: () => void socket.destroy(),
  };
}

it("changes what the plan says, and resets nobody", async () => {
  const forward = ((await pair.near.status())?.inbounds ?? [])[1]!.port;
  const client = await echo(forward);
  expect(await client.says("before")).toBe("before");
  const config = written();
  pair.near.configure({ ...config, inbounds: [{ socks5: "127.0.0.1:0" }, { proxy: "127.0.0.1:0" }], routes: [] });

  const dry = await flor(["reload", "--dry-run"], pair.near);
  expect(dry).toMatchObject({ exitCode: 0 });
  expect(dry.stdout).toMatch(/^live +inbounds: proxy on 127\.0\.0\.1 port 0: changed/m);
  expect(dry.stdout).toMatch(/^live +routes: /m);
  expect((await pair.near.status())?.inbounds.map(({ kind }) => kind)).toEqual(["socks5", "tcp"]);

  expect(await flor(["reload"], pair.near)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\ndone$/) });
  expect(await client.says("after")).toBe("after");
  const { inbounds } = (await pair.near.status())!;
  expect(inbounds.map(({ kind }) => kind)).toEqual(["socks5", "proxy"]);
  // There is no route any more, for those who come now.
  const late = await execa("curl", [
    "--silent",
    "--proxy",
    `http://127.0.0.1:${inbounds[1]!.port}`,
    `http://127.0.0.1:${port}/`,
  ]);
  expect(late.stdout).toContain("no route");
  client.end();

  pair.near.configure(config);
  process.kill(pair.near.process.pid, "SIGHUP");
  await pair.near.waitFor((status) => status.inbounds[1]?.kind === "tcp", "the first configuration");
  const again = await echo(forward);
  expect(await again.says("again")).toBe("again");
  again.end();
});

it("serves metrics from then on, and no longer, with the values of its status", async () => {
  const config = written();
  pair.near.configure({ ...config, metrics: "127.0.0.1:0" });
  expect(await flor(["reload"], pair.near)).toMatchObject({ exitCode: 0 });
  const { metrics, flows } = (await pair.near.status())!;
  const url = `http://127.0.0.1:${metrics!.port}/metrics`;
  const read = async (): Promise<string> => (await fetch(url)).text();
  await expect.poll(read, { timeout: 60_000 }).toContain('flor_peer_up{peer="far"} 1\n');
  expect(await read()).toContain(`flor_flows_opened_total ${flows.opened}\n`);
  expect((await flor(["metrics"], pair.near)).stdout).toContain('flor_link_ready{link="wan",kind="udp"} 1\n');
  pair.near.configure(config);
  expect(await flor(["reload"], pair.near)).toMatchObject({ exitCode: 0 });
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

it("shows what it logged, and goes on with what it logs", async () => {
  await using following = StartedProcess.start(process.execPath, [FLOR, "logs", "--follow", "--level", "info"], {
    env: pair.near.environment,
  });
  await following.waitForOutput(/ info {2}reloaded /);
  const config = written();
  pair.near.configure({ ...config, routes: [{ to: "*", through: "nobody" }] });
  expect(await flor(["reload"], pair.near)).toMatchObject({ exitCode: 1 });
  await following.waitForOutput(/ warn {2}reload-refused .*nobody/);
  await following.stop();
  pair.near.configure(config);
  expect(await flor(["reload"], pair.near)).toMatchObject({ exitCode: 0 });
  const { stdout } = await flor(["logs", "--json", "--level", "warn"], pair.near);
  const lines = stdout.split("\n").map((line) => JSON.parse(line) as { readonly level: number; readonly msg: string });
  expect(lines.map(({ msg }) => msg)).toContain("reload-refused");
  expect(Math.min(...lines.map(({ level }) => level))).toBe(40);
});

it("changes nothing for a file with mistakes, and shows them until it is mended", async () => {
  const config = written();
  pair.near.configure({ ...config, routes: [{ to: "*", through: "nobody" }] });
  const refused = await flor(["reload"], pair.near);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"nobody" is not a peer') });
  expect((await pair.near.status())?.reloadProblem).toContain('"nobody" is not a peer');
  expect((await flor(["status"], pair.near)).stdout).toContain("refused");
  pair.near.configure(config);
  expect(await flor(["reload"], pair.near)).toMatchObject({ exitCode: 0 });
  expect((await pair.near.status())?.reloadProblem).toBeUndefined();
});

it("applies nothing of a file that needs a start of the node, and says which part does", async () => {
  const config = written();
  pair.near.configure({ ...config, name: "other", routes: [] });
  const refused = await flor(["reload"], pair.near);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("start it: ") });
  expect(refused.stdout).toMatch(/^restarts the node +name: /m);
  expect((await flor(["check", "-c", fileOf()], pair.near)).stdout).toMatch(/^name needs a start of the node/m);
  const forward = ((await pair.near.status())?.inbounds ?? [])[1]!.port;
  const client = await echo(forward);
  expect(await client.says("still")).toBe("still");
  client.end();
  pair.near.configure(config);
});

it("goes back to what was before a change that nobody confirmed, even when it is killed meanwhile", async () => {
  const config = written();
  const isChanged = (status: { readonly inbounds: readonly { readonly kind: string }[] }): boolean =>
    status.inbounds.some(({ kind }) => kind === "proxy");
  pair.near.configure({ ...config, inbounds: [{ socks5: "127.0.0.1:0" }, { proxy: "127.0.0.1:0" }] });
  const reload = await flor(["reload", "--confirm", "600"], pair.near);
  expect(reload).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("unless you type: ") });
  expect(isChanged((await pair.near.status())!)).toBe(true);
  expect((await flor(["status"], pair.near)).stdout).toMatch(/unconfirmed +flor confirm, or it is undone in/);

  await pair.near.process.kill();
  await pair.near.up();
  const status = (await pair.near.status())!;
  expect([isChanged(status), status.reloadProblem]).toEqual([false, expect.stringContaining("was not confirmed")]);

  expect(await flor(["reload", "--confirm", "600"], pair.near)).toMatchObject({ exitCode: 0 });
  expect(await flor(["confirm"], pair.near)).toMatchObject({ exitCode: 0, stdout: "confirmed" });
  const confirmed = (await pair.near.status())!;
  expect([isChanged(confirmed), confirmed.unconfirmedMs, confirmed.reloadProblem]).toEqual([
    true,
    undefined,
    undefined,
  ]);
  pair.near.configure(config);
});

it("reloads by itself with --watch, and shows a bad file until it is mended", async () => {
  await using node = await NodeProcess.prepare("watching", { options: ["--watch"] });
  await node.up({ inbounds: [] });
  node.configure({ inbounds: [{ socks5: "127.0.0.1:0" }] });
  await node.waitFor(({ inbounds }) => inbounds.length === 1, "the inbound");
  node.configure({ inbounds: [{ socks: "127.0.0.1:0" }] });
  await node.waitFor(({ reloadProblem }) => reloadProblem?.includes("did you mean"), "what is wrong with the file");
  node.configure({ inbounds: [] });
  // The inbound goes first; that nothing is wrong any more is known when all is applied.
  const seen = async (): Promise<unknown> => {
    const { inbounds, reloadProblem } = (await node.status()) ?? {};
    return { inbounds, reloadProblem };
  };
  await expect.poll(seen).toEqual({ inbounds: [], reloadProblem: undefined });
});
