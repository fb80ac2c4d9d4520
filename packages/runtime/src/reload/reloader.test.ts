import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, createKeyFile, loadConfig } from "@flor/config";
import { createIdentity } from "@flor/quic";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startConfigOf } from "./kept-config.ts";
import { Reloader } from "./reloader.ts";

const id = createIdentity(new Uint8Array(32).fill(5)).id;
const BASE = `name: laptop\nkey: ./node.key\npeers: [{ name: home, id: ${id} }]\n`;
const BETTER = `${BASE}routes: [{ to: "*", through: home }]\n`;

let folder: string;
let file: string;
let applied: (string | Error)[];
let reloader: Reloader;
/** Why the next change is not applied. */
let obstacle: Error | undefined;
let whileApplying: () => void = () => {};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  folder = mkdtempSync(join(tmpdir(), "flor-reloader-"));
  vi.stubEnv("XDG_STATE_HOME", join(folder, "state"));
  createKeyFile(join(folder, "node.key"));
  file = join(folder, "flor.yaml");
  write(BASE);
  applied = [];
  obstacle = undefined;
  whileApplying = () => {};
  reloader = new Reloader({
    config: loaded(),
    problem: undefined,
    log: { write: () => {} },
    apply: async ({ text }) => {
      applied.push(obstacle ?? text);
      if (obstacle !== undefined) throw obstacle;
      whileApplying();
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function write(text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}

function loaded(): Config {
  const found = loadConfig(file);
  if ("issues" in found) throw new Error(JSON.stringify(found.issues));
  return found.config;
}

/** What a node that starts now is made of. */
const started = (): string => startConfigOf(loaded()).config.text;

it("keeps the key that the node took while a change was applied, and when it is undone", async () => {
  const fresh = createKeyFile(join(folder, "node.key.new"));
  const take = (): void => {
    renameSync(join(folder, "node.key.new"), join(folder, "node.key"));
    reloader.takeIdentity(fresh);
  };
  whileApplying = take;
  write(BETTER);
  await reloader.reload({ confirmSeconds: 60 });
  whileApplying = () => {};
  await vi.advanceTimersByTimeAsync(60_000);
  // What needs a restart is not applied.
  expect(await reloader.reload()).toMatchObject({ isApplied: true });
  expect(applied).toEqual([BETTER, BASE, BETTER]);
});

describe("a change that is to be confirmed", () => {
  beforeEach(async () => {
    write(BETTER);
    await reloader.reload({ confirmSeconds: 60 });
  });

  it("is applied at once, and reports how long it can be confirmed", async () => {
    expect([applied, reloader.unconfirmedMs]).toEqual([[BETTER], 60_000]);
  });

  it("stands when it is confirmed by somebody who connected after it", async () => {
    const connectedAt = performance.now();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(reloader.unconfirmedMs).toBe(1000);
    await reloader.confirm(connectedAt);
    await vi.advanceTimersByTimeAsync(120_000);
    expect([applied, reloader.problem, reloader.unconfirmedMs, started()]).toEqual([
      [BETTER],
      undefined,
      undefined,
      BETTER,
    ]);
    await expect(reloader.confirm(performance.now())).rejects.toThrow("no change to confirm");
  });

  it("is not confirmed by somebody who was there before", async () => {
    await expect(reloader.confirm(performance.now() - 1)).rejects.toThrow("older than the change");
  });

  it("is undone in time, and stays undone after a restart", async () => {
    await vi.advanceTimersByTimeAsync(60_000);
    expect(applied).toEqual([BETTER, BASE]);
    expect(reloader.problem).toContain("was not confirmed in time");
    expect([reloader.unconfirmedMs, started()]).toEqual([undefined, BASE]);
  });

  it("is undone by a kill: what starts then is what was before", () => {
    expect(started()).toBe(BASE);
    expect(startConfigOf(loaded()).problem).toContain("was not confirmed: the change was undone");
  });

  it("is undone by a stop, too", async () => {
    await reloader.close();
    await vi.advanceTimersByTimeAsync(120_000);
    expect([applied, started()]).toEqual([[BETTER], BASE]);
  });

  it("makes place for a file that was repaired meanwhile", () => {
    write(`${BETTER}# repaired\n`);
    expect(started()).toBe(`${BETTER}# repaired\n`);
    write(BETTER);
    expect(started()).toBe(BETTER);
  });

  it("lets no other change in before it is settled", async () => {
    write(BASE);
    await expect(reloader.reload()).rejects.toThrow("waiting for flor confirm, and is undone in 60 s");
    expect(await reloader.reload({ isDryRun: true })).toMatchObject({ isApplied: false });
    await vi.advanceTimersByTimeAsync(60_000);
    write(BETTER);
    await reloader.reload();
    expect([applied, reloader.problem, started()]).toEqual([[BETTER, BASE, BETTER], undefined, BETTER]);
  });

  it("is undone later when it cannot be undone now, and says so until then", async () => {
    obstacle = new Error("port 1080 is taken");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reloader.problem).toContain("cannot be undone: port 1080 is taken");
    obstacle = undefined;
    whileApplying = () => {};
    await vi.advanceTimersByTimeAsync(1000);
    expect(applied.at(-1)).toBe(BASE);
    expect(reloader.problem).toContain("was not confirmed in time");
  });
});

describe("a reload", () => {
  it("that cannot be undone after a crash is not made", async () => {
    vi.stubEnv("XDG_STATE_HOME", "/dev/null");
    write(BETTER);
    await expect(reloader.reload({ confirmSeconds: 60 })).rejects.toThrow("set XDG_STATE_HOME");
    expect([applied, reloader.unconfirmedMs]).toEqual([[], undefined]);
  });

  it("that fails keeps nothing to go back to", async () => {
    obstacle = new Error("port 1080 is taken");
    write(BETTER);
    await expect(reloader.reload({ confirmSeconds: 60 })).rejects.toThrow("port 1080 is taken");
    expect([reloader.problem, reloader.unconfirmedMs, started()]).toEqual(["port 1080 is taken", undefined, BETTER]);
  });

  it("shows what is wrong with the file until it is mended", async () => {
    write(`${BASE}routes: [{ to: "*", through: hmoe }]\n`);
    await expect(reloader.reload()).rejects.toThrow('did you mean "home"?');
    expect(reloader.problem).toContain("flor.yaml:4");
    write(BASE);
    await reloader.reload();
    expect(reloader.problem).toBeUndefined();
  });

  it("that is being applied when the node stops is applied whole, and none comes after it", async () => {
    const steps: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const apply = async (): Promise<void> => {
      steps.push("began");
      await promise;
      steps.push("applied");
    };
    const stopping = new Reloader({ config: loaded(), problem: undefined, log: { write: () => {} }, apply });
    write(BETTER);
    const first = stopping.reload({ confirmSeconds: 60 });
    await vi.advanceTimersByTimeAsync(1);
    const closed = stopping.close().then(() => steps.push("closed"));
    const second = stopping.reload().catch((error: Error) => error.message);
    resolve();
    await closed;
    expect(steps).toEqual(["began", "applied", "closed"]);
    expect([(await first).isApplied, await second]).toEqual([true, "the node is stopping"]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(steps).toHaveLength(3);
  });
});
