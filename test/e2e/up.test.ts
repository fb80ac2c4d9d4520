/** `flor up` as an operator meets it: what it says, whom it lets ask, and how it fails. */
import { once } from "node:events";
import { statSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { flor, NodeProcess, StartedProcess } from "@flor/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const FLOR = new URL("../../apps/flor/src/main.ts", import.meta.url).pathname;
const inbound = { inbounds: [{ socks5: "127.0.0.1:0" }] };

let node: NodeProcess;

beforeEach(async () => {
  node = await NodeProcess.prepare("laptop");
});

afterEach(async () => {
  await node[Symbol.asyncDispose]();
});

/** A second `flor up` with the node's configuration, to its end. */
async function upAgain(): Promise<{ readonly code: number | undefined; readonly output: string }> {
  await using second = StartedProcess.start(process.execPath, [FLOR, "up", "-c", join(node.folder, "flor.yaml")], {
    env: node.environment,
  });
  const { code } = await second.exited;
  return { code, output: second.output };
}

describe("a node that runs", () => {
  test("says where it listens, and what to ask next", async () => {
    await node.up(inbound);
    const port = await node.socksPort();
    await node.process.waitForOutput(/^next +npm run -s flor -- status --node laptop$/m);
    expect(node.process.output).toMatch(new RegExp(`^node +laptop {2}${node.id}$`, "m"));
    expect(node.process.output).toMatch(new RegExp(`^socks5 +127\\.0\\.0\\.1:${port}$`, "m"));
  });

  test("is asked over a socket of its user alone, and takes it away when it ends", async () => {
    await node.up(inbound);
    const socket = join(node.folder, "flor/laptop.sock");
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const listed = await flor(["flows"], node);
    expect(listed).toMatchObject({ exitCode: 0, stdout: "no open flows" });
    expect(await node.process.stop()).toMatchObject({ code: 0 });
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
    expect(await flor(["status"], node)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("start one: npm run -s flor -- up"),
    });
  });

  test("keeps a second one of its name from starting", async () => {
    await node.up(inbound);
    const { code, output } = await upAgain();
    expect(code).toBe(1);
    expect(output).toContain("stop it, or give this one another name");
    expect((await node.status())?.name).toBe("laptop");
  });

  test("that was killed is started again without a hand", async () => {
    await node.up(inbound);
    await node.process.kill();
    expect(await flor(["status", "--node", "laptop"], node)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("node laptop is not running"),
    });
    await node.up();
    expect((await node.status())?.name).toBe("laptop");
  });
});

describe("a node that cannot run", () => {
  test("because its port is taken says so in one line, and leaves nothing", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    node.configure({ inbounds: [{ socks5: `127.0.0.1:${port}` }], links: [{ name: "wan", kind: "udp" }] });
    const { code, output } = await upAgain();
    taken.close();
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^flor: .*127\\.0\\.0\\.1.*${port}`, "m"));
    expect(output).not.toMatch(/^ {4}at /m);
    expect(statSync(join(node.folder, "flor"), { throwIfNoEntry: false })).toBeUndefined();
  });

  test("because its configuration is wrong says all of it, and ends with 2", async () => {
    node.configure({ inbounds: [{ socks5: "0.0.0.0:1080" }], routes: [{ to: "*", through: "nobody" }] });
    const { code, output } = await upAgain();
    expect(code).toBe(2);
    expect(output).toContain(
      "is reachable by other machines: list users, allow the addresses of its clients, or listen on 127.0.0.1",
    );
    expect(output).toContain('"nobody" is not a peer');
    expect(output).toContain("flor: 2 issues in ");
  });
});
