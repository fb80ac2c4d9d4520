/**
 * `npm run setup`: installs what flor is made of, unless that is there already. Plain JavaScript without a dependency,
 * since it runs on whatever Node is there, and before anything else.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@12.21.0";
const root = dirname(fileURLToPath(import.meta.url));
const stamp = join(root, "node_modules", ".flor-setup");

/** What decides what is installed. */
function wanted() {
  const hash = createHash("sha256").update(PNPM);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function installed() {
  try {
    return readFileSync(stamp, "utf8");
  } catch {
    return undefined;
  }
}

const digest = wanted();
if (installed() !== digest) {
  process.stderr.write("installing what flor is made of: once, and when it changes; a minute or two\n");
  const args = ["--yes", PNPM, "install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only"];
  const done = spawnSync("npx", args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (done.status === 0) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, digest);
  } else {
    const reason = done.error === undefined ? `it ended with ${done.status ?? done.signal}` : done.error.message;
    process.stderr.write(`npx ${args.join(" ")}: ${reason}\n`);
    process.stderr.write("→ it needs npm and its registry, or its cache; what it says above names what it lacks\n");
    process.exitCode = 1;
  }
}
