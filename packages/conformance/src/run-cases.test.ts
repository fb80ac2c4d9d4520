import { expect, it } from "vitest";
import type { Bench } from "./bench.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { Section } from "./contract.ts";
import { Finding, NotApplicable } from "./finding.ts";
import { runCases } from "./run-cases.ts";
import { faultOfStart } from "./start-fault.ts";
import type { TestedLink } from "./tested-link.ts";

const link = { command: ["sleep", "1000"], config: {}, address: "" } as const;
const options = { link, seed: 1, isRelayed: false };

function caseThat(run: (bench: Bench) => Promise<void>): ConformanceCase {
  return { id: "PROC-99", group: "process", title: "", level: "must", section: Section.process, run };
}

it("an instance that still starts when the other one has failed the case is ended, too", async () => {
  let started: Promise<TestedLink> | undefined;
  const failing = caseThat(async (bench) => {
    started = bench.start();
    throw new Finding("two instances", "one");
  });
  await runCases([failing], options);
  expect((await started)?.child.exit?.signal).toBe("SIGKILL");
});

it("a case that goes on after its end starts nothing more", async () => {
  let over: Bench | undefined;
  const passing = caseThat(async (bench) => void (over = bench));
  await runCases([passing], options);
  await expect(over?.start()).rejects.toThrow(NotApplicable);
});

it("a run that is stopped ends what its cases started, and begins no other case", async () => {
  const abort = new AbortController();
  let started: TestedLink | undefined;
  const endless = caseThat(async (bench) => {
    started = await bench.start();
    abort.abort();
    await started.untilHello();
  });
  const results = await runCases([endless, { ...endless }], options, { parallel: 1, signal: abort.signal });
  expect(results.map(({ result }) => result)).toEqual([{ outcome: "skipped", reason: "the run was stopped" }]);
  expect(started?.child.exit?.signal).toBe("SIGKILL");
});

it("a program that cannot be started is named, with what to do", async () => {
  expect(await faultOfStart(["./no-such-link"])).toBe("./no-such-link does not exist");
  expect(await faultOfStart(link.command)).toBeUndefined();
});
