import { expect, test } from "vitest";
import { StartedProcess } from "./started-process.ts";

const script = (text: string): StartedProcess => StartedProcess.start(process.execPath, ["-e", text]);

test("output is waited for, from both streams", async () => {
  await using started = script("console.log('port 17'); console.error('ready'); setInterval(() => {}, 1000)");
  const [, port] = await started.waitForOutput(/port (\d+)/);
  await started.waitForOutput(/ready/);
  expect(port).toBe("17");
  expect(started.isRunning).toBe(true);
});

test("a program that ends too early is named with what it said", async () => {
  await using started = script("console.error('no such key'); process.exit(78)");
  await expect(started.waitForOutput(/never/)).rejects.toThrow(/ended with 78 before \/never\/; it said:\nno such key/);
  expect(await started.exited).toEqual({ code: 78, signal: undefined });
});

test("a program that says nothing runs out of time", async () => {
  await using started = script("setInterval(() => {}, 1000)");
  await expect(started.waitForOutput(/never/, 50)).rejects.toThrow(/50 ms passed before/);
});

test("a program that was suspended can be stopped", async () => {
  const started = script("console.log('up'); setInterval(() => {}, 1000)");
  await started.waitForOutput(/up/);
  started.signal("SIGSTOP");
  expect(await started.stop()).toEqual({ code: undefined, signal: "SIGTERM" });
  expect(started.isRunning).toBe(false);
});

test("standard input is written to", async () => {
  await using started = script("process.stdin.on('data', (text) => console.log('heard ' + text))");
  started.write("hello\n");
  expect((await started.waitForOutput(/heard (\w+)/))[1]).toBe("hello");
});
