/** `npm run soak -- --minutes 20`: the soak test for as long as one likes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "20" } } });
const folder = mkdtempSync(join(tmpdir(), "flor-soak-"));
const report = join(folder, "report.json");
const { exitCode } = await execa("vitest", ["run", "--project=system", "test/programs/soak"], {
  preferLocal: true,
  stdio: "inherit",
  reject: false,
  env: { FLOR_SOAK_MINUTES: values.minutes, FLOR_SOAK_REPORT: report },
});
if (existsSync(report)) process.stdout.write(readFileSync(report));
rmSync(folder, { recursive: true });
process.exit(exitCode ?? 1);
