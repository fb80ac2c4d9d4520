/** A package for Debian and Ubuntu: the release below /usr, the systemd unit, and a user for it. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** What Node's binary asks for: `objdump -p lib/flor/node`. */
const DEPENDS = "libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 8)";

const POSTINST = `#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
if ! getent passwd flor >/dev/null; then
  if command -v systemd-sysusers >/dev/null; then systemd-sysusers /usr/lib/sysusers.d/flor.conf
  else useradd --system --user-group --no-create-home --home-dir /var/lib/flor --shell /usr/sbin/nologin flor
  fi
fi
if [ -z "$2" ]; then
  # Keys are made there by that user. At an upgrade its modes are the operator's.
  chown flor:flor /etc/flor
  chmod 0750 /etc/flor
fi
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
# A running node goes on with a program that is gone: the present one replaces it.
if [ -n "$2" ]; then systemctl try-restart 'flor@*.service' || true; fi
`;

const PRERM = `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl stop 'flor@*.service' 'flor@*.socket' || true; fi
`;

/** Keys and configurations are their owner's: they stay. */
const POSTRM = `#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
`;

const SYSUSERS = 'u flor - "flor node" /var/lib/flor /usr/sbin/nologin\n';

/**
 * Builds the package; resolves to its path.
 *
 * @param release the folder that `makeReleaseFolder` filled
 * @throws Error where there is no dpkg-deb
 */
export async function makeDebianPackage(
  release: string,
  into: string,
  version: string,
  description: string,
): Promise<string> {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) throw new Error(`no Debian package for ${process.arch}`);
  const tree = join(into, `deb-${architecture}`);
  rmSync(tree, { recursive: true, force: true });
  cpSync(release, join(tree, "usr"), { recursive: true, verbatimSymlinks: true });
  const systemd = join(tree, "usr/lib/systemd/system");
  mkdirSync(systemd, { recursive: true });
  cpSync(join(tree, "usr/share/flor/systemd"), systemd, { recursive: true });
  rmSync(join(tree, "usr/share/flor/systemd"), { recursive: true });
  mkdirSync(join(tree, "usr/lib/sysusers.d"), { recursive: true });
  writeFileSync(join(tree, "usr/lib/sysusers.d/flor.conf"), SYSUSERS);
  mkdirSync(join(tree, "etc/flor"), { recursive: true });
  const files = filesIn(tree);
  writeControl(join(tree, "DEBIAN"), {
    control: controlOf({
      version,
      architecture,
      description,
      octets: files.reduce((sum, file) => sum + statSync(file).size, 0),
    }),
    md5sums: files.map((file) => `${md5(file)}  ${relative(tree, file)}\n`).join(""),
  });
  const path = join(into, `flor_${version}_${architecture}.deb`);
  await execa("dpkg-deb", ["--root-owner-group", "-Zzstd", "-z3", "--build", tree, path]);
  rmSync(tree, { recursive: true });
  return path;
}

function writeControl(
  folder: string,
  { control, md5sums }: { readonly control: string; readonly md5sums: string },
): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "control"), control);
  writeFileSync(join(folder, "md5sums"), md5sums);
  for (const [name, text] of Object.entries({ postinst: POSTINST, prerm: PRERM, postrm: POSTRM }))
    writeFileSync(join(folder, name), text, { mode: 0o755 });
}

interface ControlFields {
  readonly version: string;
  readonly architecture: string;
  readonly description: string;
  readonly octets: number;
}

/** Debian Policy, section 5.3. */
function controlOf({ version, architecture, description, octets }: ControlFields): string {
  return `Package: flor
Version: ${version}
Architecture: ${architecture}
Maintainer: flor <flor@localhost>
Installed-Size: ${Math.ceil(octets / 1024)}
Depends: ${DEPENDS}
Section: net
Priority: optional
Description: ${description}
 A program speaks SOCKS5 or HTTP to its node; the connection crosses to another
 node, encrypted from end to end, and leaves there as plain TCP. This package
 carries the Node.js that it runs on.
`;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function md5(file: string): string {
  return createHash("md5").update(readFileSync(file)).digest("hex");
}
