/**
 * A release that carries its Node: a folder in the form of a prefix (`bin`, `lib`, `share`) that runs where it lies, on a
 * machine that has no Node, and needs nothing but the C and C++ libraries of the system.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { configManPage } from "./config-man-page.ts";

/** What a release is made from. */
export interface ReleaseSources {
  readonly root: string;
  /** The bundled package of `npm run build`. */
  readonly packageFolder: string;
  readonly version: string;
}

/** `linux-x64`. */
export const PLATFORM: string = `${process.platform}-${process.arch}`;

/** Left out when koffi is copied: sources and documents. */
const NOT_OF_KOFFI = new Set(["vendor", "doc", "cnoke.cjs", "CHANGELOG.md"]);

/** Finds itself behind links; nothing of it needs a PATH where `bin/flor` is called by its own path. */
const LAUNCHER = `#!/bin/sh
self=$0
while [ -L "$self" ]; do
  target=$(PATH=\${PATH:-/usr/bin:/bin} readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=\${self%/*}/$target ;;
  esac
done
case $self in */*) folder=\${self%/*} ;; *) folder=. ;; esac
exec "$folder/../lib/flor/node" --disable-sigusr1 "$folder/../lib/flor/flor.js" "$@"
`;

/** Fills `folder`, which must not exist. */
export async function makeReleaseFolder(folder: string, sources: ReleaseSources): Promise<void> {
  const { root, packageFolder } = sources;
  const lib = join(folder, "lib/flor");
  mkdirSync(join(folder, "bin"), { recursive: true });
  mkdirSync(lib, { recursive: true });
  for (const file of readdirSync(packageFolder))
    if (/\.(?:js|json)$/.test(file)) copyFileSync(join(packageFolder, file), join(lib, file));
  copyFileSync(process.execPath, join(lib, "node"));
  chmodSync(join(lib, "node"), 0o755);
  copyKoffi(root, join(lib, "node_modules"));
  writeFileSync(join(folder, "bin/flor"), LAUNCHER, { mode: 0o755 });
  copyDocuments(sources, join(folder, "share/doc/flor"));
  for (const part of ["prometheus", "grafana", "systemd"])
    cpSync(join(root, "packaging", part), join(folder, "share/flor", part), { recursive: true });
  await writeMadeFiles(folder, sources);
}

/** Where its own package looks for the binary: `koffi` and `@koromix/koffi-PLATFORM` beside each other. */
function copyKoffi(root: string, modules: string): void {
  const koffi = realpathSync(join(root, "packages/host/node_modules/koffi"));
  const binary = `@koromix/koffi-${PLATFORM}`;
  for (const file of readdirSync(koffi))
    if (!NOT_OF_KOFFI.has(file)) cpSync(join(koffi, file), join(modules, "koffi", file), { recursive: true });
  const from = join(dirname(koffi), binary);
  if (!existsSync(from)) throw new Error(`${binary} is not installed: run npm run setup on a machine of this platform`);
  cpSync(realpathSync(from), join(modules, binary), { recursive: true });
}

function copyDocuments({ root, packageFolder }: ReleaseSources, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of ["README.md", "LICENSE", "CHANGELOG.md", "BUNDLED-LICENSES.txt"])
    copyFileSync(join(packageFolder, file), join(folder, file));
  for (const file of readdirSync(join(root, "docs"), { withFileTypes: true }))
    if (file.isFile()) cpSync(join(root, "docs", file.name), join(folder, "docs", file.name));
  writeFileSync(join(folder, "NODE-LICENSE.txt"), nodeLicense(root));
}

/** The licences of Node's parts too, where its package brought them. */
function nodeLicense(root: string): string {
  const notice = readFileSync(join(root, "packaging/node-license.txt"), "utf8");
  const whole = join(dirname(dirname(realpathSync(process.execPath))), `node_modules/node-${PLATFORM}/LICENSE`);
  return existsSync(whole)
    ? `${notice}
${readFileSync(whole, "utf8")}`
    : notice;
}

/** Manual pages and completions, by the released command itself. */
async function writeMadeFiles(folder: string, { root, version }: ReleaseSources): Promise<void> {
  const run = async (...args: readonly string[]): Promise<string> =>
    (await execa(join(folder, "bin/flor"), args, { env: { PATH: "" }, extendEnv: false, stripFinalNewline: false }))
      .stdout;
  const made: Readonly<Record<string, string>> = {
    "share/man/man1/flor.1": await run("man"),
    "share/man/man5/flor.yaml.5": configManPage(readFileSync(join(root, "docs/configuration.md"), "utf8"), version),
    "share/bash-completion/completions/flor": await run("completion", "bash"),
    "share/zsh/vendor-completions/_flor": await run("completion", "zsh"),
    "share/fish/vendor_completions.d/flor.fish": await run("completion", "fish"),
  };
  for (const [path, text] of Object.entries(made)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
