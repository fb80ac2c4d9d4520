/**
 * Generates the codecs of the `.proto` files into `packages/wire/src/gen`. With `--check` it writes nothing and
 * exits 1 when a checked-in file differs from what it would write.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCHEMAS = ["flor_io", "session", "control", "service"];
const here = import.meta.dirname;
const target = join(here, "../packages/wire/src/gen");
const pbjs = join(here, "../node_modules/.bin/pbjs");

function generate(schema: string, folder: string): string[] {
  const name = schema.replace("_", "-");
  const out = join(folder, `${name}.js`);
  const without = ["create", "verify", "convert", "delimited", "service", "typeurl"].map((what) => `--no-${what}`);
  execFileSync(
    pbjs,
    [
      "-t",
      "static-module",
      "-w",
      "esm",
      "--force-number",
      "--dts",
      "-r",
      name,
      ...without,
      "-o",
      out,
      `${schema}.proto`,
    ],
    { cwd: here, stdio: "inherit" },
  );
  return [`${name}.js`, `${name}.d.ts`];
}

function main(check: boolean): number {
  const folder = mkdtempSync(join(tmpdir(), "flor-proto-"));
  try {
    const stale = SCHEMAS.flatMap((schema) => generate(schema, folder)).filter((file) => {
      const fresh = readFileSync(join(folder, file), "utf8");
      if (check) return readFileSync(join(target, file), "utf8") !== fresh;
      writeFileSync(join(target, file), fresh);
      return false;
    });
    for (const file of stale)
      process.stderr.write(`packages/wire/src/gen/${file} is not what proto/ generates: run "pnpm generate"\n`);
    return stale.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = main(process.argv.includes("--check"));
