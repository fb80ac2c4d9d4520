import { execa } from "execa";
import { expect, it } from "vitest";

const MODULE = JSON.stringify(new URL("idle-memory.ts", import.meta.url).href);

/** Runs in a process of its own: what it measures is the whole heap. */
const PROGRAM = `
  import { IdleMemory } from ${MODULE};
  import { getHeapSpaceStatistics } from "node:v8";
  const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").physical_space_size;
  const burst = () => {
    let kept = [];
    for (let count = 0; count < 2_000_000; count += 1) {
      kept.push({ count });
      if (kept.length === 40_000) kept = [];
    }
    return young();
  };
  const again = async (grown) => {
    while (young() > grown / 4) await new Promise((resolve) => setTimeout(resolve, 5));
    console.log("given back");
  };
  const memory = new IdleMemory(20);
  await again(burst());
  await again(burst());
  memory[Symbol.dispose]();
`;

it("gives back what the start needed, and what each busy time needed", async () => {
  const { stdout } = await execa(process.execPath, ["--input-type=module", "-e", PROGRAM], { timeout: 100_000 });
  expect(stdout).toBe("given back\ngiven back");
});
