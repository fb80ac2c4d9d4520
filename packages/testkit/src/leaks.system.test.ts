import { expect, test } from "vitest";
import { expectNoLeak } from "./leaks.ts";
import { holdingsOf, processorSeconds, residentOctets } from "./process-usage.ts";
import { StartedProcess } from "./started-process.ts";

const opener = `
  const { createServer, connect } = require("node:net");
  const { spawn } = require("node:child_process");
  const server = createServer().listen(0, "127.0.0.1", () => console.log("up"));
  let child, socket;
  const accepted = new Promise((resolve) => server.on("connection", (one) => resolve(one.on("error", () => {}))));
  process.stdin.on("data", (order) => {
    if (String(order).includes("open")) {
      child = spawn("sleep", ["60"], { stdio: "ignore" });
      socket = connect(server.address().port, "127.0.0.1", () => accepted.then(() => console.log("opened")));
    } else {
      socket.resetAndDestroy();
      child.kill();
    }
  });`;

test("a leak is named by its kind, and gone once it is closed", async () => {
  await using started = StartedProcess.start(process.execPath, ["-e", opener]);
  await started.waitForOutput(/up/);
  const before = holdingsOf(started.pid);
  started.write("open\n");
  await started.waitForOutput(/opened/);
  await expect(expectNoLeak(started.pid, before, 300)).rejects.toThrow(/tcp: 3, was 1.*children: sleep 60, were/);

  started.write("close\n");
  await expectNoLeak(started.pid, before);
});

test("time and memory are read from /proc", async () => {
  await using busy = StartedProcess.start(process.execPath, ["-e", "console.log('up'); for (;;);"]);
  await busy.waitForOutput(/up/);
  const start = processorSeconds(busy.pid);
  await expect.poll(() => processorSeconds(busy.pid) - start).toBeGreaterThan(0.3);
  expect(residentOctets(busy.pid)).toBeGreaterThan(20 << 20);
});
