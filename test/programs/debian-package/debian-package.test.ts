/** The release that carries its Node, as a package for Debian: what is in it, and that it runs where nothing else is. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireRoot, requireTools } from "@flor/testkit";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../repository.ts";

/** Bundling, and packing 150 MiB: twenty seconds, on a machine that has nothing else to do. */
const BUILD_MAX_MS = 400_000;

let folder: string;
let deb: string;

beforeAll(async () => {
  requireRoot();
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

/** The package as an older one, with a file that the present one lacks. */
async function packOlder(into: string): Promise<void> {
  const control = join(folder, "DEBIAN/control");
  const present = readFileSync(control, "utf8");
  const older = join(folder, "usr/share/flor/older");
  writeFileSync(control, present.replace(/^Version: .*$/m, "Version: 0.0.1"));
  writeFileSync(older, "");
  await execa("dpkg-deb", ["--root-owner-group", "-Znone", "--build", folder, into]);
  rmSync(older);
  writeFileSync(control, present);
}

it("is installed, upgraded, removed and purged by dpkg, and leaves keys and configurations as they are", async () => {
  const given = mkdtempSync(join(tmpdir(), "flor-deb-life-"));
  try {
    await packOlder(join(given, "older.deb"));
    copyFileSync(deb, join(given, "newer.deb"));
    copyFileSync(join(import.meta.dirname, "package-life.sh"), join(given, "package-life.sh"));
    const copy = join(import.meta.dirname, "machine-copy.sh");
    const life = await execa(copy, [given, "package-life.sh", "older.deb", "newer.deb"], { reject: false, all: true });
    const seen = life.all.replaceAll(/\d+\.\d+\.\d+/g, "VERSION").replaceAll(/flor1\w+/g, "ID");
    expect(seen).toMatchInlineSnapshot(`
      "== installed
      install ok installed VERSION
      flor:/var/lib/flor:/usr/sbin/nologin
      /etc/flor flor:flor 750
      /usr/bin/flor
      VERSION
      /usr/share/man/man1/flor.1
      /usr/share/man/man5/flor.yaml.5
      asked: systemctl daemon-reload
      == used
      /etc/flor/home.yaml is good: node home, ID, 0 inbounds, 0 links, 0 peers, 0 routes
      /etc/flor flor:flor 700
      /etc/flor/home.key flor:flor 600
      == upgraded
      ls: cannot access '/usr/share/flor/older': No such file or directory
      /etc/flor flor:flor 700
      /etc/flor/home.key flor:flor 600
      /etc/flor/home.yaml is good: node home, ID, 0 inbounds, 0 links, 0 peers, 0 routes
      asked: systemctl daemon-reload
      asked: systemctl daemon-reload
      asked: systemctl try-restart flor@*.service
      == removed
      ls: cannot access '/usr/bin/flor': No such file or directory
      ls: cannot access '/usr/lib/flor': No such file or directory
      ls: cannot access '/usr/share/flor': No such file or directory
      /etc/flor/home.key flor:flor 600
      asked: systemctl stop flor@*.service flor@*.socket
      asked: systemctl daemon-reload
      == purged
      dpkg-query: no packages found matching flor
      /etc/flor/home.key flor:flor 600"
    `);
    expect(life.exitCode).toBe(0);
  } finally {
    rmSync(given, { recursive: true, force: true });
  }
});
