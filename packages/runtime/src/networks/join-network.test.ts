import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Invite } from "@flor/membership";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forgetState, JOIN_LATE_MS, JOIN_MS, UNRESOLVED_MS, whenSilent, whenUnresolved } from "./join-network.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("a newcomer waits a minute for its inviter", () => {
  let told = 0;
  whenSilent(() => void (told += 1));
  vi.advanceTimersByTime(JOIN_MS - 1);
  expect(told).toBe(0);
  vi.advanceTimersByTime(1);
  expect(told).toBe(1);
});

it("a newcomer with an invite that seems to have expired waits a quarter of it", () => {
  let told = 0;
  whenSilent(() => void (told += 1), JOIN_LATE_MS);
  vi.advanceTimersByTime(JOIN_LATE_MS);
  expect([told, 4 * JOIN_LATE_MS]).toEqual([1, JOIN_MS]);
});

it("a newcomer that was answered waits for nothing", () => {
  const stop = whenSilent(() => expect.fail("it was answered"));
  stop();
  vi.advanceTimersByTime(JOIN_MS);
  expect(vi.getTimerCount()).toBe(0);
});

it("a newcomer whose inviter's only name leads nowhere is told so soon, and one with another address is not", () => {
  const address = { kind: "udp", address: "no.example:4600" } as const;
  const invite = { addresses: [address], inviterName: "vm", expires: 4_000_000_000 } as unknown as Invite;
  const told: string[] = [];
  const trouble = (): string => 'no.example:4600: "no.example" cannot be resolved: ENOTFOUND';
  whenUnresolved(invite, trouble, (problem) => told.push(problem));
  whenUnresolved(
    invite,
    () => "",
    () => expect.fail("its link says nothing"),
  );
  whenUnresolved({ ...invite, addresses: [address, address] }, trouble, () => expect.fail("another may answer"));
  vi.advanceTimersByTime(UNRESOLVED_MS - 1);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['vm did not answer at no.example:4600 (udp): "no.example" cannot be resolved: ENOTFOUND']);
});

it("what a newcomer's links kept is forgotten, and where that cannot be, as without a home, its answer is not lost for it", () => {
  const folder = mkdtempSync(join(tmpdir(), "flor-forget-"));
  vi.stubEnv("XDG_STATE_HOME", folder);
  mkdirSync(join(folder, "flor/guest-1/udp-0"), { recursive: true });
  forgetState("guest-1");
  expect(readdirSync(join(folder, "flor"))).toEqual([]);
  writeFileSync(join(folder, "file"), "");
  vi.stubEnv("XDG_STATE_HOME", join(folder, "file"));
  expect(() => forgetState("guest-1")).not.toThrow();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
