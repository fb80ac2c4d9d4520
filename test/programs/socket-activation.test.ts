/** Sockets that systemd holds for a node: the program that hands them over is systemd's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { flor, freePort, requireTools, StartedProcess } from "@flor/testkit";
import { beforeAll, expect, test } from "vitest";

const FLOR = fileURLToPath(new URL("../../apps/flor/src/main.ts", import.meta.url));

beforeAll(() => requireTools(["systemd-socket-activate"]));

/** Asks the proxy for a page, until it listens; resolves to what it said. */
async function askProxy(options: { readonly port: number } | { readonly socketPath: string }): Promise<string> {
  for (;;) {
    const sent = request({ host: "127.0.0.1", path: "http://example.test/", agent: false, ...options });
    try {
      const [response] = (await once(sent.end(), "response")) as [AsyncIterable<Uint8Array>];
      return await text(response);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ECONNREFUSED" && code !== "ENOENT") throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test("the first client starts the node, and is served by it at the address that was handed over", async () => {
  const folder = mkdtempSync(join(tmpdir(), "flor-activation-"));
  try {
    const [port, unused] = [await freePort(), await freePort()];
    const path = join(folder, "proxy.sock");
    expect(await flor(["keygen", join(folder, "node.key")])).toMatchObject({ exitCode: 0 });
    const config = { name: "held", key: "./node.key", inbounds: [{ proxy: `127.0.0.1:${port}` }, { unix: path }] };
    writeFileSync(join(folder, "flor.yaml"), JSON.stringify(config), { mode: 0o600 });
    const listen = [port, unused].flatMap((one) => ["--listen", `127.0.0.1:${one}`]);
    const names = ["--fdname", "web:unused:local"];
    const environment = ["-E", `XDG_RUNTIME_DIR=${folder}`, "-E", `HOME=${folder}`];
    const command = [process.execPath, FLOR, "up", "-c", join(folder, "flor.yaml")];
    const args = [...listen, "--listen", path, ...names, ...environment, ...command];
    await using node = StartedProcess.start("systemd-socket-activate", args);
    // Nothing runs yet but who holds the sockets.
    await node.waitForOutput(/Listening on .*proxy\.sock/);
    expect(await askProxy({ port })).toContain("no route");
    expect(await askProxy({ socketPath: path })).toContain("no route");
    const said = await node.waitForOutput(/"msg":"socket-unused"|socket-unused/);
    expect(said.input).toContain(`127.0.0.1 port ${unused}`);
    expect(said.input?.match(/socket-unused/g)).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
