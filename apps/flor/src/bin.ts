#!/usr/bin/env node
/** What the installed command `flor` runs: says what it needs before anything else can fail for lack of it. */
const NEEDED = [24, 12] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) await import("./main.ts");
else {
  process.stderr.write(`flor needs Node ${NEEDED.join(".")} or newer, this is ${process.version}\n`);
  process.stderr.write("→ npm i -g node@26, or use a release that bundles Node: npm run release in the source\n");
  process.exitCode = 2;
}
