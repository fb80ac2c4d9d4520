/** What a node makes of its networks while its clock is wrong. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSigner } from "@flor/host";
import { hexOf, ISSUER, issueMembership } from "@flor/membership";
import { NetworkTime } from "@flor/node";
import { createIdentity } from "@flor/quic";
import { afterEach, beforeEach, expect, it } from "vitest";
import { NetworkKeeper } from "./network-keeper.ts";
import { RecordsFile } from "./records-file.ts";
import { saveRecords } from "./save-records.ts";

const DAY_MS = 86_400_000;
const RIGHT = Date.UTC(2027, 5, 1);
const [root, vm, laptop] = [1, 2, 3].map((n) => createIdentity(new Uint8Array(32).fill(n)));
const network = hexOf(root!.publicKey);

let folder: string;
let log: string[];
/** By how much the machine's clock is ahead. */
let ahead: number;

const configOf = () => ({
  name: "home",
  id: "flornet1…",
  root: root!.publicKey,
  addresses: undefined,
  recordsFile: join(folder, "home.network"),
  invitesFile: join(folder, "home.invites"),
});

/** The laptop's node, or another's, by whose clock it is so late. */
function start(late: number, identity = laptop!): NetworkKeeper {
  ahead = late;
  return new NetworkKeeper({
    config: { identity, networks: [configOf()] },
    log: (_level, step) => void log.push(step),
    time: new NetworkTime({ wallMs: () => Math.max(0, RIGHT + ahead) }),
  });
}

const peersOf = (keeper: NetworkKeeper): readonly string[] => keeper.peersOf([], "").map(({ name }) => name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-clock-"));
  log = [];
  const issuer = { network, signer: network, key: hexOf(vm!.publicKey), name: "vm", roles: [ISSUER], days: 400 };
  const member = { network, signer: hexOf(vm!.publicKey), key: hexOf(laptop!.publicKey), name: "laptop", roles: [] };
  saveRecords(configOf(), [
    issueMembership(issuer, createSigner(root!), RIGHT - DAY_MS).octets,
    issueMembership({ ...member, days: 365 }, createSigner(vm!), RIGHT - DAY_MS).octets,
  ]);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ["in 1970", -RIGHT],
  ["ten years ahead", 3650 * DAY_MS],
])("forgets nobody, and says that its clock is wrong, when that is %s", (_name, late) => {
  const held = RecordsFile.read(configOf().recordsFile);
  const keeper = start(late);
  keeper.tick();
  expect([keeper.members()[0]?.members.length, peersOf(keeper)]).toEqual([2, ["vm"]]);
  expect(log).toEqual(["clock-doubtful"]);
  keeper.close();
  expect(RecordsFile.read(configOf().recordsFile)).toEqual(held);
});

it("judges memberships by the time that a peer says", () => {
  const keeper = start(3650 * DAY_MS);
  expect(keeper.time.handleTold("vm", RIGHT, true)).toBe(true);
  expect(peersOf(keeper)).toEqual(["vm"]);
  keeper.tick();
  expect(log).toEqual([]);
  keeper.close();
});

it("lets a membership end that has ended, once a peer confirms the clock", () => {
  const keeper = start(500 * DAY_MS);
  keeper.time.handleTold("vm", RIGHT + 500 * DAY_MS, true);
  expect(peersOf(keeper)).toEqual([]);
  keeper.close();
});

it("forgets what is over only by a clock that a peer agrees with", () => {
  const keeper = start(380 * DAY_MS);
  const held = (): number => keeper.networks[0]?.roster.records.size ?? 0;
  keeper.tick();
  expect(held()).toBe(2);
  keeper.time.bounds = { notBefore: RIGHT, notAfter: Infinity, believes: "ahead" };
  keeper.tick();
  expect([keeper.time.isDoubtful, held()]).toEqual([false, 2]);
  keeper.time.handleAgreed("vm");
  keeper.tick();
  expect(held()).toBe(1);
  keeper.close();
});

it.each([
  ["in 1970", -RIGHT],
  ["ten years ahead", 3650 * DAY_MS],
])("signs nothing as an issuer while its clock is %s", (_name, late) => {
  const keeper = start(late, vm);
  const before = RecordsFile.read(configOf().recordsFile);
  keeper.tick();
  expect(() => keeper.issuer.revoke({ member: "laptop", reason: "" })).toThrow(/nothing can be signed now: .*clock/);
  keeper.time.handleTold("laptop", RIGHT, true);
  keeper.tick();
  keeper.close();
  expect(RecordsFile.read(configOf().recordsFile)).toEqual(before);
});

it("finds again whose membership seemed over, once the clock is set", () => {
  const keeper = start(3650 * DAY_MS, vm);
  const peers: string[] = [];
  keeper.onMembersChanged = () => void peers.push(...peersOf(keeper));
  expect(peersOf(keeper)).toEqual([]);
  keeper.tick();
  ahead = 0;
  keeper.tick();
  keeper.tick();
  expect(peers).toEqual(["laptop"]);
  keeper.close();
});
