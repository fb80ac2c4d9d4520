/** A northbound as other users of the machine find it. Needs root, to be them. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireRoot, requireTools } from "@flor/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listenNorthbound } from "./northbound-socket.ts";

/** A user, and groups as every Debian numbers them. */
const NOBODY = 65_534;
const GROUPS = { staff: 50, users: 100 };
const CONNECTS = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])";

let folder: string;
let server: Server;

beforeEach(() => {
  requireRoot();
  requireTools(["python3"]);
  folder = mkdtempSync(join(tmpdir(), "flor-north-"));
  chmodSync(folder, 0o755);
  server = createServer((client) => client.destroy());
});

afterEach(async () => {
  await once(server.close(), "close");
  rmSync(folder, { recursive: true, force: true });
});

/** What becomes of a connection of nobody, as member of a group. */
function connectAs(gid: number, path: string): "let in" | "kept out" {
  const done = spawnSync("python3", ["-c", CONNECTS, path], { uid: NOBODY, gid, encoding: "utf8" });
  if (done.status === 0) return "let in";
  expect(done.stderr).toContain("PermissionError");
  return "kept out";
}

test("the members of its group are let in, and nobody else", async () => {
  const path = join(folder, "team.socket");
  await listenNorthbound(server, { path, group: "staff" });
  expect(connectAs(GROUPS.staff, path)).toBe("let in");
  expect(connectAs(GROUPS.users, path)).toBe("kept out");
});

test("without a group, other users are kept out", async () => {
  const path = join(folder, "own.socket");
  await listenNorthbound(server, { path, group: undefined });
  expect(connectAs(GROUPS.staff, path)).toBe("kept out");
});
