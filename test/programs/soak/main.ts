/** `npm run soak -- --minutes 20`: the soak test for as long as one likes. */
import { parseArgs } from "node:util";
import { execa } from "execa";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "20" } } });
const { exitCode } = await execa("vitest", ["run", "--project=system", "test/programs/soak"], {
  preferLocal: true,
  stdio: "inherit",
  reject: false,
  env: { FLOR_SOAK_MINUTES: values.minutes },
});
process.exit(exitCode ?? 1);
