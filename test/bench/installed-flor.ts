/** flor as its users have it: the JavaScript that `npm run build` makes, which strips no types when it starts. */
import { existsSync, realpathSync, symlinkSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "@flor/testkit";

const built = new Map<string, Promise<string>>();

/** The program of a checkout, built once a bench. */
export function installedFlor(checkout: string): Promise<string> {
  const program = built.get(checkout) ?? build(checkout);
  built.set(checkout, program);
  return program;
}

async function build(checkout: string): Promise<string> {
  await run(process.execPath, [join(checkout, "apps/flor/build.ts")]);
  const folder = join(checkout, "dist/package");
  // Its dependencies, as npm would put them there.
  const dependency = join(folder, "node_modules/koffi");
  await mkdir(join(folder, "node_modules"), { recursive: true });
  if (!existsSync(dependency))
    symlinkSync(realpathSync(join(checkout, "packages/host/node_modules/koffi")), dependency);
  return join(folder, "flor.js");
}
