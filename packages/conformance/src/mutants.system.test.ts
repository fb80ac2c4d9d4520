/** The kit's own test: a correct link passes every case, and each mutant of it fails the one that its file names. */
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { chooseCases } from "./choose-cases.ts";
import type { LinkUnderTest } from "./kit-options.ts";
import { resultText } from "./report/text-report.ts";
import { runCases } from "./run-cases.ts";
import type { CaseResult } from "./case-result.ts";

const folder = join(import.meta.dirname, "../mutants");
const compiled = mkdtempSync(join(tmpdir(), "flor-mutants-"));

afterAll(() => rmSync(compiled, { recursive: true, force: true }));

interface Mutant {
  readonly name: string;
  readonly file: string;
  /** The case that it must fail. */
  readonly id: string;
  /** What its finding says. */
  readonly reason: RegExp;
}

const mutants: readonly Mutant[] = globSync("*.ts", { cwd: folder })
  .map((file) => join(folder, file))
  .flatMap((file) => {
    const [, id, reason] = /^\/\*\* .* Fails ([A-Z]+-\d+): (.+)\. \*\/\n/.exec(readFileSync(file, "utf8")) ?? [];
    return id === undefined || reason === undefined
      ? []
      : [{ name: basename(file, ".ts"), file, id, reason: new RegExp(reason) }];
  });

function link(file: string): LinkUnderTest {
  return {
    // A hundred starts of nearly one program: what it is compiled to is kept.
    command: ["env", `NODE_COMPILE_CACHE=${compiled}`, process.execPath, file],
    config: { listen: "127.0.0.1:{port}" },
    address: "127.0.0.1:{peerPort}",
  };
}

async function run(file: string, ids: readonly string[], patience: number): Promise<readonly CaseResult[]> {
  return runCases(chooseCases({ ids }), { link: link(file), seed: 1, isRelayed: false, patience });
}

function failures(results: readonly CaseResult[]): readonly string[] {
  return results.filter(({ result }) => result.outcome === "failed").map(resultText);
}

describe("the kit", () => {
  it("passes the link that the mutants are made of", async () => {
    expect(failures(await run(join(folder, "correct.ts"), [], 4))).toEqual([]);
  });

  it("has twelve mutants and more, each with a case of its own to fail", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(14);
    expect(globSync("*.ts", { cwd: folder })).toHaveLength(mutants.length + 3);
  });
});

describe.concurrent("the kit fails the mutant that", () => {
  it.each(mutants)("$name, by $id", async ({ file, id, reason }) => {
    const [result] = await run(file, [id], 2);
    expect(result?.result.outcome).toBe("failed");
    expect(failures(result === undefined ? [] : [result]).join("")).toMatch(reason);
  });
});
