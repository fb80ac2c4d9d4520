import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("the vectors of Flor IO are what their script writes", () => {
  const script = fileURLToPath(new URL("../../../proto/vectors/make-flor-io.py", import.meta.url));
  expect(execFileSync("python3", [script, "--check"], { encoding: "utf8" })).toBe("");
});
