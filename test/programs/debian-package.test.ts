/** The release that carries its Node, as a package for Debian: what is in it, and that it runs where nothing else is. */
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireTools } from "@flor/testkit";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../repository.ts";

/** Bundling, and packing 150 MiB: twenty seconds, on a machine that has nothing else to do. */
const BUILD_MAX_MS = 400_000;

let folder: string;
let deb: string;

beforeAll(async () => {
  requireTools(["dpkg-deb", "man", "systemd-analyze"]);
  folder = mkdtempSync(join(tmpdir(), "flor-deb-"));
  const { stdout } = await execa(process.execPath, ["apps/flor/release.ts", "--deb"], { cwd: root });
  deb = join(root, stdout.trim().split("\n").at(-1)!);
  await execa("dpkg-deb", ["--raw-extract", deb, folder]);
}, BUILD_MAX_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command of the package with no PATH, and nothing in its environment but a home. */
async function flor(...args: readonly string[]): Promise<{ readonly code: number | undefined; readonly all: string }> {
  const env = { PATH: "", HOME: folder, XDG_RUNTIME_DIR: folder };
  const done = await execa(join(folder, "usr/bin/flor"), args, {
    cwd: "/",
    env,
    extendEnv: false,
    reject: false,
    all: true,
  });
  return { code: done.exitCode, all: done.all };
}

it("runs with no PATH and no Node, and carries traffic through its own links", async () => {
  expect(await flor("version")).toEqual({ code: 0, all: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  const checked = await flor("demo", "--check", "--port", "22180");
  expect(checked.all).toMatch(/(^✓[^\n]+\n?){6}/m);
  expect(checked.code).toBe(0);
});

it("is found behind a link, absolute or relative", async () => {
  symlinkSync(join(folder, "usr/bin/flor"), join(folder, "absolute"));
  symlinkSync("usr/bin/flor", join(folder, "relative"));
  for (const name of ["absolute", "relative"]) {
    const { stdout } = await execa(join(folder, name), ["version"], { env: {}, extendEnv: false, cwd: "/" });
    expect(stdout).toMatch(/^\d/);
  }
  expect((await execa("sh", ["-c", "./relative version"], { cwd: folder })).stdout).toMatch(/^\d/);
});

it("says what it is, belongs to root, and has scripts that a shell can read", async () => {
  const { stdout: info } = await execa("dpkg-deb", ["--field", deb]);
  expect(info).toMatch(/^Package: flor\nVersion: \d+\.\d+\.\d+\nArchitecture: (?:amd64|arm64)$/m);
  expect(info).toMatch(/^Installed-Size: \d{5,}$/m);
  const { stdout: files } = await execa("dpkg-deb", ["--contents", deb]);
  expect(files.split("\n").filter((line) => !line.includes(" root/root "))).toEqual([]);
  for (const script of ["postinst", "prerm", "postrm"]) await execa("sh", ["-n", join(folder, "DEBIAN", script)]);
  const sums = await execa("md5sum", ["--check", "--quiet", join(folder, "DEBIAN/md5sums")], { cwd: folder });
  expect(sums.stdout).toBe("");
});

it("has manual pages that roff finds nothing wrong with, for every command and key", async () => {
  for (const [page, words] of [
    ["usr/share/man/man1/flor.1", ["flor up", "flor link restart", "--follow", "/etc/flor/NAME.yaml"]],
    ["usr/share/man/man5/flor.yaml.5", ["passwordFile", "segments", "routes", "metrics"]],
  ] as const) {
    const options = { env: { LC_ALL: "C.UTF-8", MANWIDTH: "80", MANROFFOPT: "-Tutf8" } };
    const shown = await execa("man", ["--warnings", "-l", join(folder, page)], options);
    expect([page, shown.stderr]).toEqual([page, ""]);
    for (const word of words) expect(shown.stdout.replaceAll("‐", "-")).toContain(word);
  }
});

it("has completions, the unit, alert rules, and the licences of what it carries", () => {
  for (const path of [
    "usr/share/bash-completion/completions/flor",
    "usr/share/zsh/vendor-completions/_flor",
    "usr/share/fish/vendor_completions.d/flor.fish",
    "usr/lib/systemd/system/flor@.service",
    "usr/lib/sysusers.d/flor.conf",
    "usr/share/flor/prometheus/alerts.yml",
    "usr/share/doc/flor/docs/configuration.md",
    "etc/flor",
  ])
    expect([path, existsSync(join(folder, path))]).toEqual([path, true]);
  expect(readFileSync(join(folder, "usr/share/doc/flor/NODE-LICENSE.txt"), "utf8")).toContain("Node.js contributors");
});
