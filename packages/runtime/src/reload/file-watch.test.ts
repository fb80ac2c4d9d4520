import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileWatch } from "./file-watch.ts";

let folder: string;
let file: string;
let reloads: number;
let isReady: boolean;

beforeEach(() => {
  // Nothing looks but the test.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  folder = mkdtempSync(join(tmpdir(), "flor-watch-"));
  file = join(folder, "flor.yaml");
  writeFileSync(file, "name: a\n");
  [reloads, isReady] = [0, true];
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function watchOf(path: string): FileWatch {
  return new FileWatch(path, async () => {
    if (isReady) reloads += 1;
    return isReady;
  });
}

async function lookTwice(watch: FileWatch): Promise<number> {
  await watch.look();
  await watch.look();
  return reloads;
}

describe("a watched file", () => {
  it("is reloaded once for each change, and for none without", async () => {
    using watch = watchOf(file);
    expect(await lookTwice(watch)).toBe(0);
    appendFileSync(file, "key: a\n");
    expect(await lookTwice(watch)).toBe(1);
    expect(await lookTwice(watch)).toBe(1);
  });

  it("is left alone while somebody writes to it", async () => {
    using watch = watchOf(file);
    for (let piece = 0; piece < 5; piece += 1) {
      appendFileSync(file, `k${piece}: a\n`);
      await watch.look();
    }
    expect(reloads).toBe(0);
    await watch.look();
    expect(reloads).toBe(1);
  });

  it("is found again when an editor renames another one into its place", async () => {
    using watch = watchOf(file);
    for (const round of [1, 2]) {
      writeFileSync(join(folder, ".flor.yaml.swp"), `name: b${round}\n`);
      renameSync(join(folder, ".flor.yaml.swp"), file);
      expect(await lookTwice(watch)).toBe(round);
    }
  });

  it("is followed through the links of a ConfigMap", async () => {
    for (const version of ["..1", "..2"]) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, "flor.yaml"), `name: ${version.slice(2)}\n`);
    }
    symlinkSync("..1", join(folder, "..data"));
    const link = join(folder, "linked.yaml");
    symlinkSync("..data/flor.yaml", link);
    using watch = watchOf(link);
    symlinkSync("..2", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    expect(await lookTwice(watch)).toBe(1);
  });

  it("that goes away is said once, and is reloaded when it is back", async () => {
    using watch = watchOf(file);
    rmSync(file);
    expect(await lookTwice(watch)).toBe(1);
    expect(await lookTwice(watch)).toBe(1);
    writeFileSync(file, "name: b\n");
    expect(await lookTwice(watch)).toBe(2);
  });

  it("is asked for again when it could not be taken yet", async () => {
    using watch = watchOf(file);
    isReady = false;
    appendFileSync(file, "key: a\n");
    expect(await lookTwice(watch)).toBe(0);
    isReady = true;
    expect(await lookTwice(watch)).toBe(1);
  });
});
