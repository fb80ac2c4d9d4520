import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { installHint } from "@flor/testkit";
import { expect, it } from "vitest";
import { root } from "./repository.ts";

/** Programs by name, with the package that `.ci/run` installs for them. */
const installed = new Map(
  [...readFileSync(join(root, ".ci/run"), "utf8").matchAll(/(?<= )([a-z0-9-]+)=([a-z0-9-]+)(?=[ \n])/g)].map(
    ([, program = "", from = ""]) => [program, from],
  ),
);

const required = new Set(
  globSync("{test,packages,apps,links}/**/*.ts", { cwd: root, exclude: (path) => path.includes("node_modules") })
    .flatMap((file) => [...readFileSync(join(root, file), "utf8").matchAll(/requireTools\(\[([^\]]*)\]/g)])
    .flatMap(([, list = ""]) => [...list.matchAll(/"([^"]+)"/g)].map(([, program = ""]) => program)),
);

it("CI installs every program that a test requires, from the package that the test names", () => {
  expect(required.size).toBeGreaterThan(10);
  for (const program of required)
    expect(`${program}: apt-get install ${installed.get(program)}`).toBe(`${program}: ${installHint(program)}`);
});
