import { execa } from "execa";
import { expect, it } from "vitest";

const MODULE = JSON.stringify(new URL("idle-memory.ts", import.meta.url).href);
const MAPPINGS = JSON.stringify(new URL("unused-mappings.ts", import.meta.url).href);

/** Runs in a process of its own: what it measures is the whole heap. */
const PROGRAM = `
  import { readFileSync } from "node:fs";
  import { IdleMemory } from ${MODULE};
  import { programMappings } from ${MAPPINGS};
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
  const ofFiles = () => Number(/^RssFile:\\s+(\\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  const ofFilesAtFirst = ofFiles();
  // None where Node lies on a file system of another machine.
  const mayLetGo = programMappings().length > 0;
  const memory = new IdleMemory(20);
  await again(burst());
  while (mayLetGo && ofFiles() > ofFilesAtFirst * 0.8) await new Promise((resolve) => setTimeout(resolve, 5));
  await again(burst());
  memory[Symbol.dispose]();
`;

it("gives back what the start needed, of Node's program too, and what each busy time needed", async () => {
  const { stdout } = await execa(process.execPath, ["--input-type=module", "-e", PROGRAM], { timeout: 100_000 });
  expect(stdout).toBe("given back\ngiven back");
});
