/** `flor link test` passes every link that is shipped. The reference links in other languages are tried beside them. */
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flor, type FlorResult, requireTools } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAnonymousCredentials } from "../../links/webtransport/src/tls-credentials.ts";
import { root } from "../repository.ts";

const folder = mkdtempSync(join(tmpdir(), "flor-link-conformance-"));
const credentials = createAnonymousCredentials();
const certificate = join(folder, "certificate.pem");
const certificateKey = join(folder, "key.pem");
const obfs4 = { command: ["obfs4proxy"], transport: "obfs4" };
/** The far instance waits to be reached. */
const fromNear = ["--peer-address", ""];
/** All groups but performance, which only informs. */
const GROUPS = "process,handshake,data,control,flow,resilience,security";

beforeAll(() => {
  requireTools(["socat", "obfs4proxy"]);
  writeFileSync(certificate, credentials.certificatePem);
  writeFileSync(certificateKey, credentials.keyPem);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A part of what `--report json` says of a case. */
interface Case {
  readonly id: string;
  readonly level: string;
  readonly outcome: string;
}

interface Row {
  readonly link: string;
  readonly file: string;
  readonly groups?: string;
  readonly args: () => readonly string[];
  /** The cases that cannot be asked of this link, and why; any other must be answered. */
  readonly skipped: readonly string[];
}

/** Frames may overtake each other: no order is declared that could be kept. */
const UNORDERED = ["DATA-05"];
/** Frames travel in a stream: the kit has no path for those that it could cut, fill or move. */
const NO_DATAGRAMS = ["RESI-04", "RESI-05", "RESI-07"];

const rows: readonly Row[] = [
  { link: "udp", file: "links/udp/src/main.ts", args: () => [], skipped: UNORDERED },
  {
    link: "udp over a bad path",
    file: "links/udp/src/main.ts",
    // The others have to do with the node alone.
    groups: "data,flow,resilience",
    args: () => ["--impair", "loss=2%,reorder=1%,dup=1%,delay=10ms"],
    // The path itself copies frames.
    skipped: ["DATA-06", ...UNORDERED],
  },
  { link: "tcp", file: "links/tcp/src/main.ts", args: () => fromNear, skipped: NO_DATAGRAMS },
  {
    link: "exec",
    file: "links/exec/src/main.ts",
    args: () => [
      ...ends({ command: ["socat", "-", "UNIX-CONNECT:{dir}/far"] }, { socket: "{dir}/far" }),
      "--address",
      "far",
      ...fromNear,
    ],
    skipped: NO_DATAGRAMS,
  },
  {
    link: "pt",
    file: "links/pt/src/main.ts",
    args: () => [
      ...ends(obfs4, { ...obfs4, listen: "127.0.0.1:{port}" }),
      "--said",
      'address of this node for others is: ([^"]+)',
      "--address",
      "{said}",
      ...fromNear,
    ],
    skipped: NO_DATAGRAMS,
  },
  {
    link: "webtransport",
    file: "links/webtransport/src/main.ts",
    args: () => [
      ...ends({ path: "/flor" }, { listen: "127.0.0.1:{port}", certificate, certificateKey }),
      "--address",
      `https://127.0.0.1:{peerPort}/flor#sha256=${fingerprint()}`,
      ...fromNear,
    ],
    skipped: NO_DATAGRAMS,
  },
  {
    link: "of the TypeScript example",
    file: "links/examples/typescript/loopback.ts",
    args: () => ["--config", JSON.stringify({ port: "{port}" })],
    // It knows its neighbours by their places alone, which the contract allows.
    skipped: [...UNORDERED, "RESI-07", "RESI-08"],
  },
];

/** What each link came to; two are tried at a time: while one waits, the other computes. */
const runs = new Map<Row, Promise<FlorResult>>();

beforeAll(() => {
  const lanes: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];
  for (const [index, row] of rows.entries()) {
    const run = lanes[index % 2 === 0 ? 0 : 1].then(() => tryLink(row));
    lanes[index % 2 === 0 ? 0 : 1] = run.catch(() => undefined);
    runs.set(row, run);
  }
});

describe.each(rows)("the link $link", (row) => {
  test("conforms, and answers every case but those that cannot be asked of it", { timeout: 300_000 }, async () => {
    const run = runs.get(row) ?? tryLink(row);
    // Asked again, it is tried again.
    runs.delete(row);
    const { exitCode, stdout } = await run;
    const { cases } = JSON.parse(stdout) as { readonly cases: readonly Case[] };
    expect(cases.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(cases.filter(({ outcome }) => outcome === "skipped").map(({ id }) => id)).toEqual(row.skipped.toSorted());
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

async function tryLink({ file, groups = GROUPS, args }: Row): Promise<FlorResult> {
  const options = ["--group", groups, "--report", "json", "--seed", "31", "--patience", "4", ...args()];
  // A hundred starts of one program: what it is compiled to is kept.
  const program = ["env", `NODE_COMPILE_CACHE=${join(folder, "compiled")}`, process.execPath, join(root, file)];
  return flor(["link", "test", ...options, "--", ...program]);
}

/** The configurations of the near and of the far instance. */
function ends(near: object, far: object): readonly string[] {
  return ["--config", JSON.stringify(near), "--peer-config", JSON.stringify(far)];
}

function fingerprint(): string {
  return new X509Certificate(credentials.certificatePem).fingerprint256.replaceAll(":", "").toLowerCase();
}
