import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NetworkConfig } from "@flor/config";
import { createSigner, verifySignature } from "@flor/host";
import {
  decodeInvite,
  guestSeed,
  hexOf,
  type Invite,
  ISSUER,
  issueMembership,
  issueRevocation,
  Roster,
  splitRecords,
} from "@flor/membership";
import { NetworkTime } from "@flor/node";
import { createIdentity, type Identity } from "@flor/quic";
import { JoinRefusal } from "@flor/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  admit,
  ask,
  configIn,
  invite,
  issuerRecord,
  laptop,
  namesOf,
  network,
  phone,
  root,
  vm,
} from "./invited.testing.ts";
import { NetworkKeeper } from "./network-keeper.ts";
import { saveRecords } from "./save-records.ts";

const DAY_MS = 86_400_000;

let folder: string;
let now: number;
let keepers: NetworkKeeper[];

const configOf = (name?: string): NetworkConfig => configIn(folder, name);

/** The node of a key, as it starts with what lies on the disk. */
function start(identity: Identity = vm): NetworkKeeper {
  const options = { config: { identity, networks: [configOf()] }, time: new NetworkTime({ wallMs: () => now }) };
  const keeper = new NetworkKeeper({ ...options, log: () => {} });
  keepers.push(keeper);
  return keeper;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-keeper-"));
  now = Date.now();
  keepers = [];
  saveRecords(configOf(), [issuerRecord(vm, "vm", now)]);
});

afterEach(() => {
  for (const keeper of keepers) keeper.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("an invite", () => {
  it("lets one key in, tells that key the same again, and tells another that it was used, also after a restart", () => {
    const keeper = start();
    const line = invite(keeper, "laptop", ["dev"]);
    expect(keeper.guests().map(hexOf)).toEqual([hexOf(createIdentity(guestSeed(line)).publicKey)]);
    const first = ask(keeper, { invite: line, by: laptop });
    expect(first.refusal).toBe(JoinRefusal.NONE);
    const again = start();
    expect(ask(again, { invite: line, by: laptop })).toEqual(first);
    expect(ask(again, { invite: line, by: phone })).toMatchObject({ refusal: JoinRefusal.USED });
    expect(namesOf(again.peersOf([], "vm"))).toEqual(["laptop"]);
    expect(again.whoOf("laptop").roles).toEqual(["dev"]);
  });

  it("is refused when it expired, when it was taken back, and when the key did not sign", () => {
    const keeper = start();
    const [late, back, forged] = [invite(keeper, "late"), invite(keeper, "back"), invite(keeper, "forged")];
    expect(ask(keeper, { invite: forged, by: laptop, signer: phone }).refusal).toBe(JoinRefusal.MALFORMED);
    expect(keeper.issuer.revoke({ member: "back", reason: "" }).ended).toBe("the invite for back");
    expect(ask(keeper, { invite: back, by: laptop })).toMatchObject({ text: expect.stringContaining("was withdrawn") });
    const replaced = invite(keeper, "twice");
    invite(keeper, "twice");
    const isAnswered = hexOf(createIdentity(guestSeed(replaced)).publicKey);
    expect(keeper.guests().map(hexOf)).toContain(isAnswered);
    expect(ask(keeper, { invite: replaced, by: laptop })).toMatchObject({
      text: expect.stringContaining("was withdrawn"),
    });
    now += 2 * DAY_MS - 60_000;
    expect(ask(keeper, { invite: late, by: laptop }).refusal).toBe(JoinRefusal.EXPIRED);
    now += DAY_MS + 1000;
    keeper.tick();
    expect(keeper.guests()).toEqual([]);
  });

  it("tells who came in time the same again after it expired", () => {
    const keeper = start();
    const line = invite(keeper, "laptop");
    const first = ask(keeper, { invite: line, by: laptop });
    now += DAY_MS + 1000;
    expect(ask(keeper, { invite: line, by: laptop })).toEqual(first);
  });

  it("does not bring back whom it let in and who was shown the door", () => {
    const keeper = start();
    const line = invite(keeper, "laptop");
    expect(ask(keeper, { invite: line, by: laptop }).refusal).toBe(JoinRefusal.NONE);
    now += 1000;
    keeper.issuer.revoke({ member: "laptop", reason: "stolen" });
    now += 1000;
    expect(ask(keeper, { invite: line, by: laptop })).toMatchObject({
      refusal: JoinRefusal.USED,
      text: expect.stringContaining("its membership is over"),
    });
    expect(ask(start(), { invite: line, by: laptop }).refusal).toBe(JoinRefusal.USED);
    expect(keeper.peersOf([], "vm")).toEqual([]);
  });

  it("does not bring back whom it let in for a day, after that membership is forgotten", () => {
    const keeper = start();
    const addresses = [{ kind: "udp", address: "127.0.0.1:4600" } as const];
    const wish = { name: "laptop", roles: [], expiresMs: 30 * DAY_MS, days: 1, addresses };
    const line = decodeInvite(keeper.issuer.invite(wish).line) as Invite;
    expect(ask(keeper, { invite: line, by: laptop }).refusal).toBe(JoinRefusal.NONE);
    // Nobody renewed it: the issuer was off.
    now += 3 * DAY_MS;
    const later = start();
    later.networks[0]?.roster.sweep(now);
    expect(later.networks[0]?.roster.membershipOf(hexOf(laptop.publicKey))).toBeUndefined();
    expect(ask(later, { invite: line, by: laptop })).toMatchObject({
      refusal: JoinRefusal.USED,
      text: expect.stringContaining("its membership is over"),
    });
  });

  it("lets in whom it was given to, when the inviter died between its two files", () => {
    const line = invite(start(), "laptop");
    const path = configOf().invitesFile;
    const { invites } = JSON.parse(readFileSync(path, "utf8")) as { invites: object[] };
    writeFileSync(
      path,
      JSON.stringify({ invites: invites.map((one) => ({ ...one, usedBy: hexOf(laptop.publicKey) })) }),
    );
    expect(ask(start(), { invite: line, by: laptop }).refusal).toBe(JoinRefusal.NONE);
  });

  it("for the name of a member who is revoked is withdrawn with it", () => {
    const keeper = start();
    const open = invite(keeper, "laptop");
    keeper.issuer.add(undefined, [
      issueMembership(
        { network, signer: network, key: hexOf(laptop.publicKey), name: "laptop", roles: [] },
        createSigner(root),
        now,
      ).octets,
    ]);
    now += 1000;
    keeper.issuer.revoke({ member: "laptop", reason: "lost" });
    expect(ask(keeper, { invite: open, by: phone })).toMatchObject({ text: expect.stringContaining("was withdrawn") });
  });

  it("holds against a revocation that a slow clock signed before it, which is said", () => {
    const keeper = start();
    expect(ask(keeper, { invite: invite(keeper, "laptop"), by: laptop }).refusal).toBe(JoinRefusal.NONE);
    const revoked = (issued: number): readonly Uint8Array[] => [
      issueRevocation(
        { network, signer: network, key: hexOf(laptop.publicKey), reason: "" },
        createSigner(root),
        issued,
      ).octets,
    ];
    expect(() => keeper.issuer.add(undefined, revoked(now - 3_600_000))).toThrow(
      /laptop is still a member.*set the clock/,
    );
    expect(() => keeper.issuer.add(undefined, revoked(now))).not.toThrow();
    expect(keeper.peersOf([], "vm")).toEqual([]);
  });

  it("of a machine that was an issuer makes it a plain member, also where its revocation is not known yet", () => {
    const key = hexOf(laptop.publicKey);
    const said: string[] = [];
    const keeper = new NetworkKeeper({
      config: { identity: vm, networks: [configOf()] },
      time: new NetworkTime({ wallMs: () => now }),
      log: (_, event) => said.push(event),
    });
    keepers.push(keeper);
    const before = issuerRecord(laptop, "laptop", now);
    keeper.issuer.add(undefined, [
      issueRevocation({ network, signer: network, key, reason: "" }, createSigner(root), now).octets,
      before,
    ]);
    keeper.settle();
    expect(said).toEqual(["member-revoked"]);
    now += 1000;
    const { records } = ask(keeper, { invite: invite(keeper, "laptop"), by: laptop });
    keeper.settle();
    expect(said).toEqual(["member-revoked", "member"]);
    const roster = new Roster({ root: root.publicKey, verify: verifySignature });
    roster.restore(splitRecords(records ?? new Uint8Array(), 8) ?? [], now);
    expect([roster.isMember(key, now), roster.isIssuer(key, now)]).toEqual([true, false]);
  });

  it("has no more roles and addresses than fit", () => {
    const keeper = start();
    const roles = Array.from({ length: 17 }, (_, at) => `r${at}`);
    expect(() => invite(keeper, "laptop", roles)).toThrow("16 roles at most");
    expect(() => invite(keeper, "laptop", Array<string>(17).fill("dev"))).not.toThrow();
    const addresses = Array.from({ length: 5 }, (_, at) => ({ kind: "udp", address: `h${at}:1` }) as const);
    const wish = { name: "laptop", roles: [], expiresMs: DAY_MS, days: 300 };
    expect(() => keeper.issuer.invite({ ...wish, addresses })).toThrow("4 addresses at most");
    expect(keeper.issuer.invite({ ...wish, addresses: addresses.slice(1) }).replaces).toBe(true);
  });

  it("is not made for a name that is taken or none, nor for an issuer, nor by a node that is none", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop);
    expect(() => invite(keeper, "laptop")).toThrow(/laptop is already a member/);
    expect(() => invite(keeper, "My Phone")).toThrow(/not a valid member name/);
    expect(() => invite(keeper, "phone", [ISSUER])).toThrow(/root key/);
    expect(() => invite(start(laptop), "phone")).toThrow(/not an issuer of home: do it at vm/);
  });

  it("is not used up when the name went to somebody else meanwhile", () => {
    const keeper = start();
    const line = invite(keeper, "laptop");
    saveRecords(configOf(), [issuerRecord(phone, "laptop", now)]);
    expect(ask(start(), { invite: line, by: laptop })).toMatchObject({ refusal: JoinRefusal.NAME_TAKEN });
  });

  it("lies on the disk without a secret, for the node's user alone", () => {
    const keeper = start();
    invite(keeper, "laptop");
    expect(statSync(configOf().invitesFile).mode & 0o777).toBe(0o600);
    expect(existsSync(`${configOf().invitesFile}.new`)).toBe(false);
  });
});
