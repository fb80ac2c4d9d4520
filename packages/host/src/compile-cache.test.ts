import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";

const MODULE = JSON.stringify(new URL("compile-cache.ts", import.meta.url).href);
const PROGRAM = `
  import { keepCompiledCode } from ${MODULE};
  keepCompiledCode(process.env);
  console.log(process.env.NODE_COMPILE_CACHE ?? "none");
`;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "flor-cache-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a process says that keeps compiled code with this environment. */
async function keep(env: Readonly<Record<string, string>>): Promise<string> {
  const args = ["--input-type=module", "-e", PROGRAM];
  const { stdout } = await execa(process.execPath, args, { env, extendEnv: false });
  return stdout;
}

it("keeps compiled code in a folder of this user's, and says so to the processes that it starts", async () => {
  const folder = newFolder();
  expect(await keep({ XDG_CACHE_HOME: folder })).toBe(join(folder, "flor/compiled"));
  expect(existsSync(join(folder, "flor/compiled"))).toBe(true);
  expect(await keep({ HOME: folder })).toBe(join(folder, ".cache/flor/compiled"));
});

it("keeps nothing where others may write, in a relative folder, or where nothing can be made", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, "flor"));
  chmodSync(join(folder, "flor"), 0o777);
  expect(await keep({ XDG_CACHE_HOME: folder })).toBe("none");
  expect(await keep({ XDG_CACHE_HOME: "cache" })).toBe("none");
  expect(await keep({ XDG_CACHE_HOME: "/proc/no" })).toBe("none");
  expect(await keep({ HOME: join(folder, "no") })).toBe("none");
});

it("leaves a folder that was named, and one that was forbidden", async () => {
  const [folder, named] = [newFolder(), newFolder()];
  expect(await keep({ XDG_CACHE_HOME: folder, NODE_COMPILE_CACHE: named })).toBe(named);
  expect(await keep({ XDG_CACHE_HOME: folder, NODE_DISABLE_COMPILE_CACHE: "1" })).toBe("none");
  expect(existsSync(join(folder, "flor"))).toBe(false);
});
