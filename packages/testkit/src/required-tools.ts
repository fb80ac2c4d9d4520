/** A missing program is a failure that says what to install, never a silent skip. */
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian package by program, where the two differ. */
const PACKAGE_OF_PROGRAM: Readonly<Record<string, string>> = {
  ip: "iproute2",
  etcd: "etcd-server",
  promtool: "prometheus",
  man: "man-db",
  "dpkg-deb": "dpkg",
  ping: "iputils-ping",
  nft: "nftables",
  nc: "netcat-openbsd",
  dig: "bind9-dnsutils",
  dnsmasq: "dnsmasq-base",
  "mosh-server": "mosh",
  "mosh-client": "mosh",
  script: "bsdutils",
  nginx: "nginx-light",
  "redis-benchmark": "redis-tools",
  pgbench: "postgresql-contrib",
  postgres: "postgresql",
  initdb: "postgresql",
  psql: "postgresql-client",
  sshd: "openssh-server",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  "ss-server": "shadowsocks-libev",
  "ss-local": "shadowsocks-libev",
  "nebula-cert": "nebula",
  go: "golang-go",
  "systemd-analyze": "systemd",
  "systemd-socket-activate": "systemd",
};

/** The path of a program on PATH, or undefined. */
export function findTool(program: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  // Debian keeps daemons where the PATH of an ordinary user does not look.
  return [...folders, "/usr/sbin", "/sbin", ...postgresFolders()]
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

/** Debian keeps each version of PostgreSQL in a folder of its own; the newest first. */
function postgresFolders(): readonly string[] {
  const all = "/usr/lib/postgresql";
  if (!existsSync(all)) return [];
  const versions = readdirSync(all).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(all, version, "bin"));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What to type where a program is missing. */
export function installHint(program: string): string {
  return `apt-get install ${PACKAGE_OF_PROGRAM[program] ?? program}`;
}

/** Throws when one of the programs is missing, and names what to install for all of them. */
export function requireTools(programs: readonly string[]): void {
  const missing = programs.filter((program) => findTool(program) === undefined);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => PACKAGE_OF_PROGRAM[program] ?? program))];
  throw new Error(`missing ${missing.join(", ")}: run apt-get install ${packages.join(" ")}, or .ci/run, which does`);
}

/** Throws unless this is root on Linux: only there are network namespaces to be had. */
export function requireRoot(): void {
  if (process.platform === "linux" && process.getuid?.() === 0) return;
  throw new Error("needs root on Linux, for network namespaces: run it as root, or leave it to .ci/run");
}
