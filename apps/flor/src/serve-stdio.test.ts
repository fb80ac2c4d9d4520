import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdioSocketPath } from "@flor/runtime/control";
import { afterEach, beforeEach, expect, it } from "vitest";

let environment: NodeJS.ProcessEnv = {};
let folder = "";
beforeEach(() => {
  const runtime = mkdtempSync(join(tmpdir(), "flor-stdio-"));
  folder = join(runtime, "flor");
  mkdirSync(folder, { mode: 0o700 });
  environment = { ...process.env, XDG_RUNTIME_DIR: runtime };
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

it("the socket that a killed link left behind does not make the choice of another one's ambiguous", async () => {
  writeFileSync(stdioSocketPath(folder, "killed", "ssh"), "");
  const server = createServer((socket) => void socket.on("error", () => {}).pipe(socket)).listen(
    stdioSocketPath(folder, "lives", "ssh"),
  );
  await once(server, "listening");
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "link", "serve", "--stdio"], {
    env: environment,
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write("there and back");
  const [octets] = (await once(child.stdout, "data")) as [Buffer];
  expect(octets.toString()).toBe("there and back");
  child.kill();
  server.close();
});
