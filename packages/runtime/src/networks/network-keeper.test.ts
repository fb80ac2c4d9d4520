import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NetworkConfig } from "@flor/config";
import { createSigner, verifySignature } from "@flor/host";
import {
  consentMessage,
  guestSeed,
  hexOf,
  issueMembership,
  issueRevocation,
  Roster,
  signRecord,
  splitRecords,
} from "@flor/membership";
import { NetworkTime, type PeerSettings } from "@flor/node";
import { createIdentity, type Identity } from "@flor/quic";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  admit,
  ask,
  configIn,
  identityOf,
  invite,
  issuerRecord,
  laptop,
  namesOf,
  network,
  phone,
  root,
  vm,
} from "./invited.testing.ts";
import { FORMER_KEYS_MAX, NetworkKeeper } from "./network-keeper.ts";
import { saveRecords } from "./save-records.ts";

const DAY_MS = 86_400_000;

let folder: string;
let now: number;
let log: string[];
let keepers: NetworkKeeper[];

const configOf = (name?: string): NetworkConfig => configIn(folder, name);

/** The node of a key, as it starts with what lies on the disk. */
function start(identity: Identity = vm): NetworkKeeper {
  const options = { config: { identity, networks: [configOf()] }, time: new NetworkTime({ wallMs: () => now }) };
  const keeper = new NetworkKeeper({ ...options, log: (_level, step) => void log.push(step) });
  keepers.push(keeper);
  return keeper;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-keeper-"));
  now = Date.now();
  log = [];
  keepers = [];
  saveRecords(configOf(), [issuerRecord(vm, "vm", now)]);
});

afterEach(() => {
  for (const keeper of keepers) keeper.close();
  rmSync(folder, { recursive: true, force: true });
});

const listed = (name: string, { id, publicKey }: Identity): PeerSettings => ({
  name,
  id,
  publicKey,
  links: [],
  via: [],
});

describe("a revocation", () => {
  it("ends a peer at once, though it is listed, and after a restart", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop);
    let changes = 0;
    keeper.onMembersChanged = () => (changes += 1);
    now += 1000;
    keeper.issuer.revoke({ member: "laptop", reason: "stolen" });
    expect(changes).toBe(1);
    for (const one of [keeper, start()]) {
      expect(one.peersOf([listed("notebook", laptop)], "vm")).toEqual([]);
      expect(one.isOfLayer(hexOf(laptop.publicKey))).toBe(false);
      expect(one.whyGone(hexOf(laptop.publicKey))).toBe("revoked in home by vm");
    }
    expect(log).toContain("peer-revoked");
  });

  it("is undone by another invite for the same key", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop);
    keeper.issuer.revoke({ member: "laptop", reason: "" });
    admit(keeper, "laptop", laptop);
    expect(namesOf(keeper.peersOf([], "vm"))).toEqual(["laptop"]);
  });

  it("is not for issuers, nor for oneself, without the root key", () => {
    const keeper = start();
    keeper.issuer.add("home", [issuerRecord(phone, "phone", now)]);
    expect(() => keeper.issuer.revoke({ member: "phone", reason: "" })).toThrow(/--root FILE/);
    expect(() => keeper.issuer.revoke({ member: "vm", reason: "" })).toThrow(/node itself/);
    expect(() => keeper.issuer.revoke({ member: "nobody", reason: "" })).toThrow(/members: /);
    const wish = { network, signer: network, key: hexOf(phone.publicKey), reason: "" };
    expect(keeper.whyGone(hexOf(phone.publicKey))).toBeUndefined();
    keeper.issuer.add("home", [issueRevocation(wish, createSigner(root), now + 1).octets]);
    expect(keeper.peersOf([], "vm")).toEqual([]);
    expect(keeper.whyGone(hexOf(phone.publicKey))).toBe("revoked in home by the root key");
  });
});

it("tells the members of one network nothing of another's, and listed peers of all", () => {
  const workConfig = { ...configOf("work"), root: phone.publicKey };
  const config = { identity: vm, networks: [configOf(), workConfig] };
  saveRecords(workConfig, [
    issueMembership(
      {
        network: hexOf(phone.publicKey),
        signer: hexOf(phone.publicKey),
        key: hexOf(root.publicKey),
        name: "desk",
        roles: [],
      },
      createSigner(phone),
      now,
    ).octets,
  ]);
  saveRecords(configOf(), [issuerRecord(vm, "vm", now), issuerRecord(laptop, "laptop", now)]);
  const keeper = new NetworkKeeper({ config, log: () => {}, time: new NetworkTime({ wallMs: () => now }) });
  keepers.push(keeper);
  const [home, work, stranger] = [laptop, root, identityOf(9)].map(({ publicKey }) => hexOf(publicKey));
  const isTold = (neighbour = "", origin = ""): boolean => keeper.isTold(neighbour, origin);
  expect([isTold(home, work), isTold(work, home)]).toEqual([false, false]);
  expect([isTold(home, hexOf(vm.publicKey)), isTold(home, home), isTold(work, work)]).toEqual([true, true, true]);
  expect([isTold(stranger, work), isTold(home, stranger)]).toEqual([true, true]);
});

describe("networks of a running node", () => {
  /** Takes what a changed file says. */
  const become = (keeper: NetworkKeeper, ...configs: readonly NetworkConfig[]): boolean => keeper.prepare(configs)();
  const workConfig = (): NetworkConfig => ({ ...configOf("work"), id: "flornet1work", root: phone.publicKey });
  const workMember = (key: Identity, name: string): Uint8Array => {
    const signer = hexOf(phone.publicKey);
    const wish = { network: signer, signer, key: hexOf(key.publicKey), name, roles: [] };
    return issueMembership(wish, createSigner(phone), now).octets;
  };

  it("bring their members when they are added, and take them along when they go", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop);
    saveRecords(workConfig(), [workMember(root, "desk")]);
    expect(become(keeper, configOf(), workConfig())).toBe(true);
    expect(namesOf(keeper.peersOf([], "vm"))).toEqual(["laptop", "desk"]);
    expect([keeper.keepsApart, keeper.flooding.rosters.length]).toEqual([true, 2]);
    expect(become(keeper, configOf())).toBe(true);
    expect(namesOf(keeper.peersOf([], "vm"))).toEqual(["laptop"]);
    expect([keeper.keepsApart, keeper.flooding.rosters.length]).toEqual([false, 1]);
    expect(keeper.isOfLayer(hexOf(root.publicKey))).toBe(false);
  });

  it("are asked for nothing when nothing changed, nor when addresses for invites did", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop);
    expect(become(keeper, configOf())).toBe(false);
    expect(become(keeper, { ...configOf(), addresses: [{ kind: "udp", address: "vm.example:4600" }] })).toBe(false);
    expect(namesOf(keeper.peersOf([], "vm"))).toEqual(["laptop"]);
  });

  it("keep members and open invites by another name, in other files, beside what lies there", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop);
    const line = invite(keeper, "desk");
    const moved = configOf("house");
    saveRecords(moved, [issuerRecord(phone, "phone", now)]);
    expect(become(keeper, moved)).toBe(true);
    keeper.settle();
    const again = new NetworkKeeper({ config: { identity: vm, networks: [moved] }, log: () => {} });
    keepers.push(again);
    for (const one of [keeper, again]) {
      expect(namesOf(one.peersOf([], "vm")).toSorted()).toEqual(["laptop", "phone"]);
      expect(one.guests().map(hexOf)).toContain(hexOf(createIdentity(guestSeed(line)).publicKey));
    }
  });

  it("close the door to guests of a network that the node left", () => {
    const keeper = start();
    invite(keeper, "laptop");
    let changes = 0;
    keeper.onInvitesChanged = () => (changes += 1);
    become(keeper);
    expect([keeper.guests(), changes]).toEqual([[], 1]);
    expect(keeper.isOfLayer(hexOf(laptop.publicKey))).toBe(true);
  });

  it("stay as they are when a file of the new ones cannot be read, which is named", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop);
    mkdirSync(workConfig().recordsFile);
    expect(() => become(keeper, workConfig())).toThrow(`${workConfig().recordsFile}, where the node keeps`);
    writeFileSync(configOf("other").invitesFile, "no JSON");
    expect(() => become(keeper, configOf("other"))).toThrow(/other\.invites is damaged: move it away/);
    expect(namesOf(keeper.peersOf([], "vm"))).toEqual(["laptop"]);
  });
});

describe("time", () => {
  it("renews what an issuer let in, in its last third, and warns before an issuer's own ends", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop);
    const endOf = (): number => keeper.networks[0]?.roster.membershipOf(hexOf(laptop.publicKey))?.notAfter ?? 0;
    const before = endOf();
    now += 150 * DAY_MS;
    keeper.tick();
    expect(endOf()).toBe(before);
    now += 60 * DAY_MS;
    keeper.tick();
    expect(endOf()).toBeGreaterThan(before);
    expect(log).not.toContain("membership-ends");
    now += 185 * DAY_MS;
    keeper.tick();
    expect(log).toContain("membership-ends");
  });

  it("ends a membership, and tells", () => {
    saveRecords(configOf(), [issuerRecord(phone, "phone", now, 2)]);
    const keeper = start();
    expect(namesOf(keeper.peersOf([], "vm"))).toEqual(["phone"]);
    let changes = 0;
    keeper.onMembersChanged = () => (changes += 1);
    now += 2 * DAY_MS + 301_000;
    keeper.tick();
    expect(changes).toBe(1);
    expect(keeper.peersOf([], "vm")).toEqual([]);
    expect(keeper.whyGone(hexOf(phone.publicKey))).toBe("its membership of home ended");
  });
});

it("gives a member that changes its key a membership for the new one, and knows both by its name for a day", () => {
  const keeper = start();
  admit(keeper, "laptop", laptop, ["dev"]);
  now += 1000;
  const wish = { network, signer: hexOf(laptop.publicKey), key: hexOf(phone.publicKey), issued: now };
  const consent = createSigner(phone)(consentMessage(wish));
  keeper.issuer.add(undefined, [signRecord({ kind: "rotation", ...wish, consent }, createSigner(laptop)).octets]);
  const links = [{ link: "udp", address: "127.0.0.1:4600" }];
  const peers = keeper.peersOf([{ ...listed("laptop", laptop), links }], "vm");
  const fresh = peers.find(({ id }) => id === phone.id);
  const before = hexOf(laptop.publicKey);
  const old = `laptop~${before.slice(0, 8)}`;
  expect(fresh).toMatchObject({ name: "laptop", links, replaces: before });
  expect(keeper.namesOf("laptop")).toEqual(["laptop", old]);
  expect(keeper.whoOf("laptop")).toEqual({ node: "laptop", roles: ["dev"] });
  expect(keeper.whoOf(old)).toEqual({ node: "laptop", roles: ["dev"] });
  now += DAY_MS + 1000;
  for (const list of [[], [listed("laptop", laptop)]])
    expect(keeper.peersOf(list, "vm").map(({ name, id }) => [name, id])).toEqual([["laptop", phone.id]]);
});

it("lets in neither key of a member that is revoked after it changed its key, listed or not, that day and later", () => {
  const keeper = start();
  admit(keeper, "laptop", laptop);
  now += 1000;
  keeper.issuer.add(undefined, [rotationOf(laptop, phone)]);
  expect(keeper.peersOf([], "vm")).toHaveLength(2);
  now += 1000;
  keeper.issuer.revoke({ member: "laptop", reason: "lost" });
  for (const later of [0, DAY_MS + 1000, DAY_MS]) {
    now += later;
    keeper.tick();
    for (const list of [[], [listed("laptop", laptop)]]) expect(keeper.peersOf(list, "vm")).toEqual([]);
    for (const { publicKey } of [laptop, phone]) expect(keeper.whyGone(hexOf(publicKey))).toBe("revoked in home by vm");
  }
  admit(keeper, "laptop", laptop);
  expect(namesOf(keeper.peersOf([], "vm"))).toEqual(["laptop"]);
});

/** That a key is to take the place of another, in the words of both. */
function rotationOf(old: Identity, fresh: Identity): Uint8Array {
  const wish = { network, signer: hexOf(old.publicKey), key: hexOf(fresh.publicKey), issued: now };
  const consent = createSigner(fresh)(consentMessage(wish));
  return signRecord({ kind: "rotation", ...wish, consent }, createSigner(old)).octets;
}

/** What `flor key rotate --root` says of an issuer's key, and that the node takes it when it is due. */
function rotateIssuer(keeper: NetworkKeeper, old: Identity, fresh: Identity): void {
  now += 1000;
  expect(keeper.keyDue()).toBeUndefined();
  keeper.issuer.add(undefined, [rotationOf(old, fresh), issuerRecord(fresh, "vm", now)]);
  expect(keeper.keyDue()).toBe(hexOf(fresh.publicKey));
  keeper.takeKey(fresh);
}

describe("an issuer that changes its key", () => {
  it("signs its members' memberships again, so that they do not end with its old key", () => {
    const keeper = start();
    admit(keeper, "laptop", laptop, ["dev"]);
    rotateIssuer(keeper, vm, identityOf(11));
    now += DAY_MS + 1000;
    expect(namesOf(keeper.peersOf([], "vm"))).toEqual(["laptop"]);
    expect(keeper.takeEndedKeys()).toEqual([vm]);
    expect(keeper.takeEndedKeys()).toEqual([]);
    // And so does every other node's keeper.
    const others = start(laptop);
    expect(namesOf(others.peersOf([], "laptop"))).toEqual(["vm"]);
  });

  it("lets in who comes with an invite from before, and again when its answer was lost", () => {
    const keeper = start();
    const [before, lost] = [invite(keeper, "laptop"), invite(keeper, "phone")];
    ask(keeper, { invite: lost, by: phone });
    rotateIssuer(keeper, vm, identityOf(11));
    for (const [line, by] of [
      [before, laptop],
      [lost, phone],
    ] as const) {
      const newcomer = new Roster({ root: root.publicKey, verify: verifySignature });
      const { records } = ask(keeper, { invite: line, by });
      newcomer.restore(splitRecords(records ?? new Uint8Array(), 8) ?? [], now);
      expect(newcomer.isMember(hexOf(by.publicKey), now)).toBe(true);
    }
  });

  it("is no peer of itself, and answers by two former keys at most", () => {
    const keeper = start();
    const keys = [vm, ...[11, 12, 13].map(identityOf)];
    for (const [index, key] of keys.slice(1).entries()) rotateIssuer(keeper, keys[index]!, key);
    expect(keeper.peersOf([], "vm")).toEqual([]);
    expect(keys.length - 1 - FORMER_KEYS_MAX).toBe(1);
    expect(keeper.takeEndedKeys()).toEqual([vm]);
  });

  it("takes a key for whose file there was no room for a day", () => {
    const keeper = start();
    const fresh = identityOf(11);
    now += 1000;
    keeper.issuer.add(undefined, [rotationOf(vm, fresh), issuerRecord(fresh, "vm", now)]);
    now += DAY_MS + 1000;
    expect(keeper.keyDue()).toBe(hexOf(fresh.publicKey));
  });

  it("knows at its next start by which key it was known before", () => {
    const keeper = start();
    rotateIssuer(keeper, vm, laptop);
    keeper.close();
    const again = start(laptop);
    expect([again.keepFormer(phone), again.keepFormer(laptop), again.keepFormer(vm)]).toEqual([false, false, true]);
    now += DAY_MS + 1000;
    expect(again.takeEndedKeys()).toEqual([vm]);
    expect(start(laptop).keepFormer(vm)).toBe(false);
  });
});

it("takes what nodes behind outsiders say of themselves, and else of members alone", () => {
  const keeper = start();
  admit(keeper, "laptop", laptop);
  const stranger = hexOf(identityOf(9).publicKey);
  keeper.peersOf([], "vm");
  expect(keeper.isOfLayer(stranger)).toBe(false);
  expect(keeper.isOfLayer(hexOf(laptop.publicKey))).toBe(true);
  keeper.peersOf([listed("friend", identityOf(8))], "vm");
  expect(keeper.isOfLayer(stranger)).toBe(true);
});
