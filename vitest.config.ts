import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Real processes take their time: two cores may carry a browser, two nodes and their links at once. */
const PROCESS_TEST_TIMEOUT_MS = 120_000;

/** Tests that start processes run one file at a time: they measure time, and they share the machine's ports. */
const withProcesses = {
  fileParallelism: false,
  testTimeout: PROCESS_TEST_TIMEOUT_MS,
  // Real processes on a shared machine: one that was starved of the processor is asked again.
  retry: 2,
  hookTimeout: PROCESS_TEST_TIMEOUT_MS,
};

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages,apps,links}/**/*.test.ts", "test/*.test.ts", "test/bench/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.system.test.ts"],
          testTimeout: 20_000,
          hookTimeout: 20_000,
          // QUIC counts time itself: its handshakes over lossy paths run in real time.
          retry: 2,
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
