/**
 * `npm run release`: a release that carries its Node, for the platform that this runs on: a folder and a tarball in `dist`, with `--deb` a package for Debian in
 * place of the tarball. Prints the paths of what it made.
 */
import { readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { withProgress } from "./build/progress.ts";
import { makeDebianPackage } from "./build/debian-package.ts";
import { makeReleaseFolder, PLATFORM } from "./build/release-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");

interface Manifest {
  readonly version: string;
  readonly description: string;
}

function print(path: string): void {
  process.stdout.write(`${relative(root, path)}\n`);
}

const { values } = parseArgs({ options: { deb: { type: "boolean", default: false } } });
await execa(process.execPath, [join(root, "apps/flor/build.ts")], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
});
const packageFolder = join(dist, "package");
const { version, description } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as Manifest;
const name = `flor-${version}-${PLATFORM}`;
const folder = join(dist, name);
rmSync(folder, { recursive: true, force: true });
await withProgress(`putting ${name} together, with Node ${process.version}`, () =>
  makeReleaseFolder(folder, { root, packageFolder, version }),
);
print(folder);
if (values.deb) {
  const make = (): Promise<string> => makeDebianPackage(folder, dist, version, description);
  print(await withProgress("making the package for Debian", make));
} else {
  const tarball = `${folder}.tar.gz`;
  const owner = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner"];
  await withProgress("packing it", () => execa("tar", [...owner, "-czf", tarball, "-C", dist, name]));
  print(tarball);
}
