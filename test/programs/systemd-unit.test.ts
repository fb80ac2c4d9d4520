/** The unit of packaging/systemd, as systemd itself judges it; nothing is started. */
import { join } from "node:path";
import { requireTools, run } from "@flor/testkit";
import { beforeAll, expect, test } from "vitest";

const UNIT = join(import.meta.dirname, "../../packaging/systemd/flor@.service");
const SOCKETS = join(import.meta.dirname, "../../packaging/systemd/flor@.socket");
/** Of 10; a unit without any sandbox has 9.6. What is left: the network, and compiling as it runs. */
const EXPOSURE_MAX = 2;

beforeAll(() => requireTools(["systemd-analyze"]));

test("systemd understands the unit, and the one of its sockets", async () => {
  expect(await run("systemd-analyze", ["verify", UNIT, SOCKETS])).toBe("");
});

test("the unit leaves its node and links little to break", async () => {
  const said = await run("systemd-analyze", ["security", "--offline=true", "--no-pager", UNIT]);
  const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1]);
  expect(exposure).toBeLessThanOrEqual(EXPOSURE_MAX);
  expect(said).toMatch(/✗ MemoryDenyWriteExecute=/);
});
