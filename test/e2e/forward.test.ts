import { createSocket } from "node:dgram";
import { fileURLToPath } from "node:url";
import { flor, StartedProcess, TcpClient, TestServer } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { FlorPair } from "./flor-pair.ts";
import { UdpEcho } from "./udp-client.ts";

const FLOR = fileURLToPath(new URL("../../apps/flor/src/main.ts", import.meta.url));
/** Often enough to be quick, and seldom enough that an answer comes between two. */
const SEND_AGAIN = { interval: 200, timeout: 200_000 };

let pair: FlorPair;

beforeAll(async () => {
  pair = await FlorPair.start({ udp: ["127.0.0.0/8"] });
});

afterAll(() => pair?.[Symbol.asyncDispose]());

const opened = async (): Promise<number> =>
  (await pair.near.waitFor((status) => status, "a status")).inbounds.length - 1;

async function startForward(
  ...args: readonly string[]
): Promise<{ readonly command: StartedProcess; readonly port: number }> {
  const command = StartedProcess.start(process.execPath, [FLOR, "forward", ...args, "--node", "near"], {
    env: pair.near.environment,
  });
  const [, port = ""] = await command.waitForOutput(/127\.0\.0\.1:(\d+) leads to/);
  return { command, port: Number(port) };
}

describe("flor forward", () => {
  it("carries connections as long as the command runs, and closes the port with it", async () => {
    await using server = await TestServer.open({ kind: "echo" });
    const { command, port } = await startForward("0", `127.0.0.1:${server.port}`);
    const client = await TcpClient.connect(port);
    await client.write(Buffer.from("hello"));
    expect(new TextDecoder().decode(await client.read(5))).toBe("hello");
    client.end();
    expect(await opened()).toBe(1);
    process.kill(command.pid, "SIGINT");
    expect((await command.exited).code).toBe(0);
    expect(await opened()).toBe(0);
  });

  it("carries datagrams with --udp", async () => {
    using echo = await UdpEcho.open();
    const { command, port } = await startForward("0", `127.0.0.1:${echo.port}`, "--udp");
    const client = createSocket("udp4");
    const answers = new Set<string>();
    client.on("message", (answer) => answers.add(answer.toString()));
    // A datagram may be lost.
    await vi.waitFor(() => {
      client.send("hello", port, "127.0.0.1");
      expect(answers).toEqual(new Set(["hello"]));
    }, SEND_AGAIN);
    client.close();
    process.kill(command.pid, "SIGTERM");
    await command.exited;
    expect(await opened()).toBe(0);
  });

  it("says what to do when the port is taken, or no node runs", async () => {
    const taken = await flor(["forward", String(pair.socksPort), "127.0.0.1:9", "--node", "near"], pair.near);
    expect([taken.exitCode, taken.stderr]).toEqual([1, expect.stringContaining("another program has this port")]);
    const nobody = await flor(["forward", "0", "127.0.0.1:9", "--node", "nobody"], pair.near);
    expect(nobody.stderr).toContain("node nobody is not running");
  });
});
