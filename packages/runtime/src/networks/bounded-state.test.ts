import { truncateSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SignedRecord } from "@flor/membership";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { INVITES_FILE_MAX_OCTETS, INVITES_MAX, InvitesFile, type OpenInvite } from "./invites-file.ts";
import { FILE_MAX_OCTETS, RecordsFile, WRITE_PAUSE_MS } from "./records-file.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-networks-"));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const label = (length: number, number: number): string => `a${String(number).padStart(length - 1, "0")}`;

/** The same, that nobody used yet. */
function open(number: number): OpenInvite {
  const { usedBy: _, ...rest } = invite(number);
  return rest;
}

/** An invite of the longest. */
function invite(number: number): OpenInvite {
  const guest = number.toString(16).padStart(64, "0");
  const roles = Array.from({ length: 16 }, (_, role) => label(31, role));
  return { guest, name: label(63, number), roles, days: 400, expires: Number.MAX_SAFE_INTEGER, usedBy: guest };
}

test("a network has 256 open invites of the longest, which are read again, and not one more", () => {
  const path = join(folder, "invites.json");
  const all = Array.from({ length: INVITES_MAX }, (_, number) => open(number));
  writeFileSync(path, JSON.stringify({ invites: all.slice(1) }, null, 2));
  const file = new InvitesFile(path);
  file.put(all[0]!, 0);
  expect(new InvitesFile(path).all).toHaveLength(INVITES_MAX);
  expect(() => file.put(open(INVITES_MAX), 0)).toThrow("256 invites are open: wait until some expire");
  // One that is replaced needs no room.
  file.put({ ...all[0]!, days: 1 }, 0);
});

test("at the bound of invites one that is over makes room: withdrawn or expired before used", () => {
  const [past, used] = [{ ...open(0), expires: 1 }, invite(1)];
  const path = join(folder, "invites.json");
  const rest = Array.from({ length: INVITES_MAX - 3 }, (_, number) => open(number + 2));
  writeFileSync(path, JSON.stringify({ invites: [used, past, open(300), ...rest] }, null, 2));
  const file = new InvitesFile(path);
  expect(file.withdraw(open(300).name)).toBe(true);
  const gone = (): readonly string[] =>
    [used, past, open(300)].filter(({ guest }) => file.ofGuest(guest) === undefined).map(({ guest }) => guest);
  const steps = [401, 402, 403].map((number) => {
    file.put(open(number), 2);
    return gone().length;
  });
  expect(steps).toEqual([1, 2, 3]);
  expect(() => file.put(open(404), 2)).toThrow("256 invites are open");
});

test("an invite that is replaced, or taken back, is remembered as withdrawn", () => {
  const path = join(folder, "invites.json");
  const file = new InvitesFile(path);
  const later = { ...open(2), name: open(1).name };
  file.put(open(1), 0);
  file.put(later, 0);
  expect(file.withdraw(later.name)).toBe(true);
  expect(file.withdraw(later.name)).toBe(false);
  expect(new InvitesFile(path).all.map(({ withdrawn }) => withdrawn)).toEqual([true, true]);
});

test.each([
  ["invites", INVITES_FILE_MAX_OCTETS, (path: string) => new InvitesFile(path).all],
  ["records", FILE_MAX_OCTETS, (path: string) => RecordsFile.read(path)],
])("a file of %s that is too large for them is refused unread, with the bound", (_name, most, read) => {
  const path = join(folder, "file");
  writeFileSync(path, "");
  truncateSync(path, most + 1);
  expect(() => read(path)).toThrow(`${path} is larger than ${most} octets`);
  truncateSync(path, most);
  expect(() => read(path)).not.toThrow("is larger");
});

test("records that change at once are written twice a second", () => {
  vi.useFakeTimers();
  const path = join(folder, "records");
  let records = [new Uint8Array(1)];
  const file = new RecordsFile({
    path,
    records: () => records.map((octets) => ({ octets }) as SignedRecord),
    handleFailed: (problem) => expect.fail(problem),
  });
  file.changed();
  records = [new Uint8Array(2)];
  file.changed();
  vi.advanceTimersByTime(WRITE_PAUSE_MS - 1);
  expect(RecordsFile.read(path).map(({ length }) => length)).toEqual([1]);
  vi.advanceTimersByTime(1);
  expect(RecordsFile.read(path).map(({ length }) => length)).toEqual([2]);
  file.close();
});
