/** What others do to the files while an inviter is asked. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyFile, loadConfig } from "@flor/config";
import { encodeInvite } from "@flor/membership";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FlorOutcome, runFlor } from "../run-flor.testing.ts";
import { sampleInvite } from "./sample-invite.testing.ts";

const stage = vi.hoisted(() => ({ meanwhile: async (): Promise<unknown> => undefined }));

vi.mock(import("@flor/runtime/networks"), async (load) => ({
  ...(await load()),
  joinNetwork: async ({ addresses: [address] }) => {
    await stage.meanwhile();
    return { records: [], address: address!, expires: 4_000_000_000_000, roles: [] };
  },
}));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-meanwhile-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const flor = (...args: readonly string[]): Promise<FlorOutcome> => runFlor(folder, [...args, "-c", file()]);
const file = (): string => join(folder, "a/flor.yaml");
const line = encodeInvite(sampleInvite);

function networks(): readonly string[] {
  const loaded = loadConfig(file());
  return "config" in loaded ? loaded.config.networks.map(({ name }) => name) : [JSON.stringify(loaded)];
}

test("a network that another command put there stays, and the file is not said to be new", async () => {
  stage.meanwhile = () => flor("network", "create", "lab");
  const joined = await flor("join", line, "--json");
  expect([joined.code, (JSON.parse(joined.out) as { isNew: boolean }).isNew]).toEqual([0, false]);
  expect(networks()).toEqual(["lab", "home"]);
});

test("another key in the file is not taken for the one that was let in", async () => {
  expect((await flor("network", "create", "lab")).code).toBe(0);
  stage.meanwhile = async () => {
    rmSync(join(folder, "a/flor.key"));
    createKeyFile(join(folder, "a/flor.key"));
  };
  expect(await flor("join", line)).toMatchObject({ code: 1, error: expect.stringContaining("name another key") });
  expect(networks()).not.toContain("home");
});

test("what an interrupted command left beside the file is named, and the key is kept", async () => {
  mkdirSync(join(folder, "a"));
  writeFileSync(`${file()}.new`, "half");
  stage.meanwhile = async () => undefined;
  expect(await flor("join", line)).toMatchObject({
    code: 1,
    error: expect.stringContaining("flor.yaml.new is in the way"),
  });
  expect(readdirSync(join(folder, "a"))).toEqual(["flor.key", "flor.yaml.new"]);
});

test("what an inviter says does nothing to the terminal, and a key that was refused goes", async () => {
  stage.meanwhile = async () => {
    throw new Error("no\u001B[2J\nflor: joined");
  };
  expect(await flor("join", line)).toMatchObject({
    code: 1,
    error: "flor: home was not joined: no\\u001b[2J\\u000aflor: joined\n",
  });
  expect(readdirSync(folder)).toEqual([]);
});
