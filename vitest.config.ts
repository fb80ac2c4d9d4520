import { defineConfig, type ViteUserConfig } from "vitest/config";

/** A test that hangs ends; one that is slow on a busy machine does not: nothing is asked twice. */
const TEST_TIMEOUT_MS = 120_000;
/** Real processes take their time: two cores may carry a browser, two nodes and their links at once. */
const PROCESS_TEST_TIMEOUT_MS = 300_000;
/** What a test waits for comes at once on an idle machine. */
const poll = { timeout: 60_000, interval: 20 };
const processPoll = { timeout: 200_000, interval: 20 };

const setupFiles = ["test/seed.ts"];

/** Tests that start processes run one file at a time: they measure time, and they share the machine's ports. */
const withProcesses = {
  fileParallelism: false,
  setupFiles,
  testTimeout: PROCESS_TEST_TIMEOUT_MS,
  hookTimeout: PROCESS_TEST_TIMEOUT_MS,
  expect: { poll: processPoll },
};

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages,apps,links}/**/*.test.ts", "test/*.test.ts", "test/bench/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.system.test.ts"],
          setupFiles,
          testTimeout: TEST_TIMEOUT_MS,
          hookTimeout: TEST_TIMEOUT_MS,
          expect: { poll },
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...withProcesses,
          name: "e2e",
          include: ["test/{e2e,package}/**/*.test.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...withProcesses,
          name: "system",
          include: ["test/{interop,netns,programs}/**/*.test.ts", "{packages,apps,links}/**/*.system.test.ts"],
          exclude: ["**/node_modules/**"],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

export default config;
