import type { Invite } from "@flor/membership";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { JOIN_LATE_MS, JOIN_MS, UNRESOLVED_MS, whenSilent, whenUnresolved } from "./join-network.ts";

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
