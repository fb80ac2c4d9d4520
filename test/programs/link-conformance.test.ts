/** `flor link test` passes every link that is shipped. The reference links in other languages are tried beside them. */
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flor, requireTools } from "@flor/testkit";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../repository.ts";

const folder = mkdtempSync(join(tmpdir(), "flor-link-conformance-"));
const certificate = join(folder, "certificate.pem");
const certificateKey = join(folder, "key.pem");
/** All groups but performance, which only informs. */
const GROUPS = "process,handshake,data,control,flow,resilience,security";

beforeAll(async () => {
  requireTools(["socat", "openssl"]);
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const names = ["-subj", "/CN=flor", "-days", "10", "-nodes", "-keyout", certificateKey, "-out", certificate];
  await execa("openssl", ["req", "-x509", ...curve, ...names]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A part of what `--report json` says of a case. */
interface Case {
  readonly level: string;
  readonly outcome: string;
}

interface Row {
  readonly link: string;
  readonly args: () => readonly string[];
  readonly file: string;
}

const rows: readonly Row[] = [
  { link: "udp", file: "links/udp/src/main.ts", args: () => [] },
  {
    link: "udp over a bad path",
    file: "links/udp/src/main.ts",
    args: () => ["--impair", "loss=2%,reorder=1%,dup=1%,delay=10ms"],
  },
  { link: "tcp", file: "links/tcp/src/main.ts", args: () => ["--peer-address", ""] },
  {
    link: "exec",
    file: "links/exec/src/main.ts",
    args: () => [
      "--config",
      JSON.stringify({ command: ["socat", "-", "UNIX-CONNECT:{dir}/far"] }),
      "--peer-config",
      JSON.stringify({ socket: "{dir}/far" }),
      "--address",
      "far",
      "--peer-address",
      "",
    ],
  },
  {
    link: "webtransport",
    file: "links/webtransport/src/main.ts",
    args: () => [
      "--config",
      JSON.stringify({ path: "/flor" }),
      "--peer-config",
      JSON.stringify({ listen: "127.0.0.1:{port}", certificate, certificateKey }),
      "--address",
      `https://127.0.0.1:{peerPort}/flor#sha256=${fingerprint()}`,
      "--peer-address",
      "",
    ],
  },
  {
    link: "of the TypeScript example",
    file: "links/examples/typescript/loopback.ts",
    args: () => ["--config", JSON.stringify({ port: "{port}" })],
  },
];

describe.each(rows)("the link $link", ({ file, args }) => {
  test("conforms", async () => {
    const command = [process.execPath, join(root, file)];
    const options = ["--group", GROUPS, "--report", "json", ...args()];
    const { exitCode, stdout } = await flor(["link", "test", ...options, "--", ...command]);
    const { cases } = JSON.parse(stdout) as { readonly cases: readonly Case[] };
    expect(cases.filter(({ level, outcome }) => level === "must" && outcome === "failed")).toEqual([]);
    expect(cases.filter(({ outcome }) => outcome === "passed").length).toBeGreaterThan(cases.length / 2);
    expect(exitCode).toBe(0);
  });
});

test("a run is reported as JSON, captured, and fails with 1", async () => {
  const out = join(folder, "out");
  const mutant = join(root, "packages/conformance/mutants/never-answers-ping.ts");
  const options = ["--case", "CTRL-05,HAND-01", "--report", "json", "--out", out, "--seed", "7"];
  const { exitCode, stdout, stderr } = await flor(["link", "test", ...options, "--", process.execPath, mutant]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("does not conform: handshake 1/1 control 0/1");
  expect(JSON.parse(stdout)).toMatchObject({ conforms: false, seed: 7, cases: [{ id: "HAND-01" }, { id: "CTRL-05" }] });
  expect(JSON.parse(readFileSync(join(out, "report.json"), "utf8"))).toEqual(JSON.parse(stdout));
  // tshark would need to be installed: the first word of a pcapng file says enough.
  expect(readFileSync(join(out, "CTRL-05/frames.pcapng")).readUInt32LE(0)).toBe(0x0a0d0d0a);
});

test.each([
  ["an unknown group", ["--group", "dates"]],
  ["an unknown case", ["--case", "DATA-99"]],
  ["an impairment that makes no sense", ["--impair", "loss=200%"]],
  ["a configuration that is no JSON", ["--config", "{"]],
])("%s is usage, exit code 2", async (_, options) => {
  const { exitCode, stderr } = await flor(["link", "test", ...options, "--", "true"]);
  expect(stderr).not.toBe("");
  expect(exitCode).toBe(2);
});

function fingerprint(): string {
  return new X509Certificate(readFileSync(certificate)).fingerprint256.replaceAll(":", "").toLowerCase();
}
