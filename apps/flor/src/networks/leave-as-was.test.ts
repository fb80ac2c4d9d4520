/** Commands about networks that fail leave the folder as it was. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeInvite } from "@flor/membership";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FlorOutcome, runFlor } from "../run-flor.testing.ts";
import { keyOf, sampleInvite } from "./sample-invite.testing.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-left-"));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const flor = (...args: readonly string[]): Promise<FlorOutcome> => runFlor(folder, args);
const inviteOf = (inviter: Uint8Array): string => encodeInvite({ ...sampleInvite, inviter });
const file = (): string => join(folder, "a/b/flor.yaml");

test.each([
  ["join", [inviteOf(keyOf(2)), "--socks5", "nonsense"], 2, "would say inbounds[0].socks5"],
  ["network", ["create", "home", "--address", "0.0.0.0:4600"], 2, "for listening"],
  ["network", ["create", "home", "--listen", "4600"], 2, "is not an IP address and port"],
  ["network", ["create", "home", "--allow", "*:x"], 2, "is not a port"],
  ["network", ["create", "home", "--root", "/dev/null"], 1, "exists, and keys are never overwritten"],
  ["network", ["create", "home", "--root", "/dev/null/x"], 1, "the root key cannot be written to /dev/null/x"],
])("%s with what it cannot do makes no file and no folder", async (command, words, code, text) => {
  expect(await flor(command, ...words, "-c", file())).toMatchObject({ code, error: expect.stringContaining(text) });
  expect(readdirSync(folder)).toEqual([]);
});

test("a key that lay there stays", async () => {
  mkdirSync(join(folder, "a/b"), { recursive: true });
  expect((await flor("keygen", join(folder, "a/b/flor.key"))).code).toBe(0);
  expect((await flor("join", inviteOf(keyOf(2)), "--socks5", "x", "-c", file())).code).toBe(2);
  expect(readdirSync(join(folder, "a/b"))).toEqual(["flor.key"]);
});

test("a key file that an interrupted command left empty is named, with what to do", async () => {
  mkdirSync(join(folder, "a/b"), { recursive: true });
  writeFileSync(join(folder, "a/b/flor.key"), "", { mode: 0o600 });
  expect(await flor("join", inviteOf(keyOf(2)), "-c", file())).toMatchObject({
    code: 2,
    error: expect.stringContaining("flor.key is empty, as an interrupted command may leave it: remove it"),
  });
});

test("nothing is signed by a clock from before the program was written", async () => {
  vi.useFakeTimers({ now: 86_400_000, toFake: ["Date"] });
  expect(await flor("network", "create", "home", "-c", file())).toMatchObject({
    code: 1,
    error: expect.stringContaining("this machine's clock says 1970-01-02T00:00"),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test("a network is created once, in JSON for programs, with secrets for their owner alone, and its inviter joins not itself", async () => {
  const made = await flor("network", "create", "home", "--as", "vm", "-c", file(), "--json");
  expect(JSON.parse(made.out)).toEqual({
    network: "home",
    id: expect.stringMatching(/^flornet1/),
    name: "vm",
    config: file(),
    isNew: true,
    rootKey: join(folder, "a/b/home.root.key"),
    next: expect.stringContaining(`up -c ${file()}`),
    ignored: [],
  });
  for (const secret of ["flor.key", "home.root.key", "home.network"])
    expect(statSync(join(folder, "a/b", secret)).mode & 0o777).toBe(0o600);
  const before = readFileSync(file(), "utf8");
  const more = await flor("network", "create", "lab", "--allow", "*", "-c", file());
  expect(more.out).toContain("--allow did nothing");
  writeFileSync(file(), before);
  const invited = await flor("invite", "laptop", "--address", "127.0.0.1:9", "-c", file(), "--json");
  const { line, ...rest } = JSON.parse(invited.out) as { line: string };
  expect(rest).toMatchObject({ network: "home", name: "laptop", roles: [], replaces: false });
  expect(await flor("join", line, "-c", file())).toMatchObject({
    code: 2,
    error: expect.stringContaining("use it on the machine that is to be laptop"),
  });
  expect(readFileSync(file(), "utf8")).toBe(before);
});

test("a name that nobody has ends the command with 2, whoever is asked to sign", async () => {
  expect((await flor("network", "create", "home", "--as", "vm", "-c", file())).code).toBe(0);
  const root = ["--root", join(folder, "a/b/home.root.key")];
  for (const words of [
    ["revoke", "nobody"],
    ["revoke", "nobody", ...root],
    ["revoke", "vm", "--network", "nothing"],
    ["network", "grant", "nobody", ...root],
    ["policy", "explain", "nobody", "a:1"],
  ])
    expect(await flor(...words, "-c", file())).toMatchObject({
      code: 2,
      error: expect.stringMatching(/nobody is called|no network is called|neither a peer nor a member/),
    });
});

test.each([
  [["invite", "Laptop"], "not a valid name"],
  [["invite", "a".repeat(300)], 'a…" is not a valid name'],
  [["invite", "laptop", "--role", "role:x"], "not a valid role"],
  [["invite", "laptop", "--address", "vm.example"], '--address "vm.example" is not an address'],
  [["invite", "laptop", "--days", "1.5"], "whole number from 1 to 400"],
  [["invite", "laptop", "--expires", "31d"], "from 1s to 30d"],
  [["revoke", "laptop", "--reason", "a".repeat(129)], "--reason has 129 characters"],
  [["revoke", "laptop", "--reason", "weg für immer"], "--reason takes letters of ASCII"],
  [["network", "grant", "laptop", "--role", "X", "--root", "f"], "not a valid role"],
  [["join"], "the invite is missing"],
])("%j is usage, whatever runs", async (words, text) => {
  expect(await flor(...words)).toMatchObject({ code: 2, error: expect.stringContaining(text) });
});
