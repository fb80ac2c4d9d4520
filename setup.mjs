/**
 * `npm run setup`: installs what flor is made of, unless that is there already. Plain JavaScript without a dependency,
 * since it runs on whatever Node is there, and before anything else.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@12.21.0";
const root = dirname(fileURLToPath(import.meta.url));
/** Silence after which a line says that the work goes on. */
const SILENCE_MS = 4000;
/** Downloads are tried again after 1, 4 and 4 s: npm's own pauses of up to a minute look like a hang without a network. */
const RETRIES = { fetch_retries: 3, fetch_retry_mintimeout: 1000, fetch_retry_maxtimeout: 4000 };

/** Whole seconds since a time of `Date.now()`. */
function secondsSince(since) {
  return Math.round((Date.now() - since) / 1000);
}

/** Runs a command with its output on standard error; resolves to its end. */
function run(command, args, env) {
  const since = Date.now();
  let spokeAt = since;
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (octets) => {
      spokeAt = Date.now();
      process.stderr.write(octets);
    });
  const timer = setInterval(() => {
    if (Date.now() - spokeAt < SILENCE_MS) return;
    spokeAt = Date.now();
    process.stderr.write(`… still installing, ${secondsSince(since)} s\n`);
  }, SILENCE_MS / 4);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ reason: error.message }));
    child.on("close", (code, signal) =>
      resolve({ reason: code === 0 ? undefined : `it ended with ${code ?? signal}` }),
    );
  }).finally(() => clearInterval(timer));
}

/** The environment of the installer: one that says what fails, soon, and writes where it may. */
function environment() {
  const env = { ...process.env };
  // `npm run --silent` hands its silence on, and npx would end without a word.
  if (env.npm_config_loglevel === "silent") delete env.npm_config_loglevel;
  env.npm_config_update_notifier ??= "false";
  for (const [name, value] of Object.entries(RETRIES))
    for (const key of [`npm_config_${name}`, `pnpm_config_${name}`]) env[key] ??= String(value);
  if (isWritable(homedir())) return env;
  const home = join(root, "node_modules", ".cache", "home");
  process.stderr.write(`${homedir()} cannot be written: what is downloaded is kept in ${home}\n`);
  mkdirSync(home, { recursive: true });
  return { ...env, HOME: home, npm_config_cache: join(home, ".npm") };
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

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
  const since = Date.now();
  const { reason } = await run("npx", args, environment());
  if (reason === undefined) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, digest);
    process.stderr.write(`installed in ${secondsSince(since)} s\n`);
  } else {
    process.stderr.write(`npx ${args.join(" ")}: ${reason}\n`);
    process.stderr.write("→ it needs npm and its registry, or its cache; what it says above names what it lacks\n");
    process.exitCode = 1;
  }
}
