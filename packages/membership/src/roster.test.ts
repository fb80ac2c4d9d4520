import { describe, expect, it } from "vitest";
import {
  DAY_MS,
  hexKey,
  issuer,
  membership,
  revocation,
  ROOT,
  rosterOf,
  rotation,
  signerOf,
  T0,
} from "./network.testing.ts";
import { ISSUER, type SignedRecord, signRecord } from "./record.ts";
import { MEMBERS_MAX, MEMBERSHIP_REFUSALS, REVOCATIONS_MAX, type Roster } from "./roster.ts";

const take = (roster: Roster, signed: SignedRecord, at = T0): string => roster.take(signed.octets, at);
const names = (roster: Roster, at = T0): string[] => roster.members(at).map(({ name }) => name);

function rosterWith(...records: readonly SignedRecord[]): Roster {
  const roster = rosterOf();
  for (const record of records) expect(take(roster, record)).toBe("fresh");
  return roster;
}

describe("memberships", () => {
  it("are the root's, and those of issuers that the root made", () => {
    const roster = rosterWith(issuer(1), membership(2, { by: 1, name: "anna" }), membership(3, { name: "bert" }));
    expect(names(roster).toSorted()).toEqual(["anna", "bert", "node-1"]);
    expect(roster.isMember(hexKey(2), T0)).toBe(true);
    expect(roster.isIssuer(hexKey(1), T0)).toBe(true);
    expect(roster.isIssuer(hexKey(2), T0)).toBe(false);
  });

  it.each<[string, SignedRecord, string]>([
    ["of an issuer that nobody knows", membership(2, { by: 9 }), "unknown-issuer"],
    ["of a member that is no issuer", membership(2, { by: 4 }), "not-an-issuer"],
    ["that makes an issuer, of an issuer", membership(2, { by: 1, roles: [ISSUER] }), "not-an-issuer"],
    ["that takes an issuer's place, of an issuer", membership(1, { by: 1, at: T0 + 1 }), "not-an-issuer"],
    ["from ten minutes ahead", membership(2, { at: T0 + 600_000 }), "from-the-future"],
    ["that ended days ago", membership(2, { at: T0 - 9 * DAY_MS, days: 7 }), "expired"],
  ])("%s are refused, and counted", (_title, record, refusal) => {
    const roster = rosterWith(issuer(1), membership(4, { by: 1 }));
    expect(take(roster, record)).toBe(refusal);
    expect(roster.refusals.counts[refusal as (typeof MEMBERSHIP_REFUSALS)[number]]).toBe(1);
    expect(roster.records.size).toBe(2);
  });

  it("are refused when the signature, the network or the octets are others", () => {
    const roster = rosterWith(issuer(1));
    const forged = signRecord({ ...membership(2, { by: 1 }).record }, signerOf(2));
    expect(take(roster, forged)).toBe("forged");
    expect(take(rosterOf(7), membership(2))).toBe("other-network");
    expect(roster.take(Uint8Array.of(1, 2, 3), T0)).toBe("malformed");
    const { record } = membership(2);
    if (record.kind !== "membership") throw new Error("not a membership");
    const endless = signRecord({ ...record, notAfter: record.notAfter + 100 * 86_400 }, signerOf(ROOT));
    expect(take(roster, endless)).toBe("too-long");
  });

  it("are checked once, and replaced by later ones alone", () => {
    const roster = rosterWith(membership(2, { roles: ["dev"] }));
    const checked = roster.verifications;
    expect(take(roster, membership(2, { roles: ["dev"] }))).toBe("known");
    expect(take(roster, membership(2, { at: T0 - 1 }))).toBe("older");
    expect(take(roster, membership(2, { roles: ["ops"] }))).toBe("conflict");
    expect(roster.verifications).toBe(checked);
    expect(take(roster, membership(2, { at: T0 + 1, roles: ["ops"] }))).toBe("fresh");
    expect(roster.members(T0)[0]?.roles).toEqual(["ops"]);
    expect(roster.records.size).toBe(1);
  });

  it("begin and end, with five minutes for clocks that differ, and end with their issuer's", () => {
    const roster = rosterWith(issuer(1, { days: 10 }), membership(2, { by: 1, name: "anna", days: 20 }));
    const end = T0 + 10 * DAY_MS;
    expect(roster.nextChange(T0)).toBe(end + 300_000);
    expect(names(roster, end + 299_000)).toContain("anna");
    expect(names(roster, end + 301_000)).toEqual([]);
    expect(take(roster, issuer(1, { at: T0 + 5 * DAY_MS, since: T0 / 1000 }), T0 + 5 * DAY_MS)).toBe("fresh");
    expect(names(roster, end + 301_000)).toContain("anna");
    expect(roster.sweep(T0 + 22 * DAY_MS)).toHaveLength(1);
    expect(names(roster, T0 + 22 * DAY_MS)).toEqual(["node-1"]);
  });

  it("of two keys with one name leave it to who has it for longer, in whatever order they come", () => {
    const early = membership(2, { name: "anna", since: T0 / 1000 - 100 });
    const late = membership(3, { name: "anna" });
    const renewed = membership(2, { name: "anna", since: T0 / 1000 - 100, at: T0 + 1000 });
    for (const records of [
      [early, late, renewed],
      [late, early, renewed],
    ]) {
      const roster = rosterWith(...records);
      expect(roster.members(T0).map(({ name, key }) => [name, key])).toEqual([
        ["anna", hexKey(2)],
        [`anna~${hexKey(3).slice(0, 8)}`, hexKey(3)],
      ]);
    }
  });

  it("are no more than fit, and then one that is over makes room", () => {
    const roster = rosterOf();
    for (let n = 1; n <= MEMBERS_MAX; n += 1) expect(take(roster, membership(n, { days: 1 }))).toBe("fresh");
    expect(take(roster, membership(MEMBERS_MAX + 1))).toBe("full");
    const later = T0 + 1.5 * DAY_MS;
    expect(take(roster, membership(MEMBERS_MAX + 1, { at: later }), later)).toBe("fresh");
    expect(roster.records.size).toBe(MEMBERS_MAX);
  });

  it("of a former issuer make room for others, and not for more of its own", () => {
    const roster = rosterWith(issuer(1), issuer(2));
    for (let n = 3; n <= MEMBERS_MAX; n += 1) take(roster, membership(n, { by: 1 }));
    expect(take(roster, membership(5000, { by: 2 }))).toBe("full");
    expect(take(roster, revocation(1))).toBe("fresh");
    expect(take(roster, membership(5000, { by: 2 }))).toBe("fresh");
    expect(take(roster, membership(5001, { by: 1 }))).toBe("full");
    expect(take(roster, membership(5002, { by: 2 }))).toBe("fresh");
    expect([5000, 5002].map((n) => roster.isMember(hexKey(n), T0))).toEqual([true, true]);
  });
});

describe("revocations", () => {
  it("void what was issued before them, and refuse it when it comes again", () => {
    const anna = membership(2, { by: 1, name: "anna" });
    const roster = rosterWith(issuer(1), anna, revocation(2, { by: 1 }));
    expect(roster.isMember(hexKey(2), T0)).toBe(false);
    expect(roster.revocationOf(hexKey(2))?.reason).toBe("lost");
    expect(take(roster, anna)).toBe("revoked");
    expect(take(roster, membership(2, { by: 1, at: T0 - 1000 }))).toBe("revoked");
    expect(take(roster, membership(2, { by: 1, at: T0 + 1000, name: "anna" }))).toBe("fresh");
    expect(roster.revocationOf(hexKey(2))).toBeUndefined();
    expect(names(roster, T0 + 1000)).toContain("anna");
  });

  it.each<[string, SignedRecord, string]>([
    ["of a member that is no issuer", revocation(1, { by: 2 }), "not-an-issuer"],
    ["of a stranger", revocation(1, { by: 9 }), "unknown-issuer"],
    ["of tomorrow", revocation(2, { at: T0 + DAY_MS }), "from-the-future"],
    ["of years ago", revocation(2, { at: T0 - 500 * DAY_MS }), "expired"],
  ])("%s are refused", (_title, record, refusal) => {
    const roster = rosterWith(issuer(1), membership(2, { by: 1 }));
    expect(take(roster, record)).toBe(refusal);
    expect(roster.members(T0)).toHaveLength(2);
  });

  it("of an issuer do nothing to an issuer; the root's end it, and whom it let in", () => {
    const roster = rosterWith(issuer(1), issuer(2), membership(3, { by: 1 }), revocation(1, { by: 2 }));
    expect(roster.members(T0)).toHaveLength(3);
    expect(take(roster, revocation(1, { at: T0 + 1 }))).toBe("fresh");
    expect(roster.members(T0).map(({ key }) => key)).toEqual([hexKey(2)]);
  });

  it("that a stolen issuer signs after its own do not count, in whatever order they come", () => {
    const [before, after] = [revocation(3, { by: 1, at: T0 + 1 }), revocation(4, { by: 1, at: T0 + 9 })];
    const own = revocation(1, { at: T0 + 5 });
    const start = [issuer(1), issuer(2), membership(3, { by: 2 }), membership(4, { by: 2 })];
    const one = rosterWith(...start, before, own);
    expect(take(one, after)).toBe("revoked");
    const other = rosterWith(...start, after, before, own);
    for (const roster of [one, other]) {
      expect(roster.revocationOf(hexKey(3))).toBeDefined();
      expect(roster.revocationOf(hexKey(4))).toBeUndefined();
    }
  });

  it("are no more than fit; the root's has room always", () => {
    const roster = rosterWith(issuer(1));
    for (let n = 10; n < 10 + REVOCATIONS_MAX; n += 1) expect(take(roster, revocation(n, { by: 1 }))).toBe("fresh");
    expect(take(roster, revocation(5000, { by: 1 }))).toBe("full");
    expect(take(roster, revocation(5000))).toBe("fresh");
    expect(roster.revocationOf(hexKey(5000))).toBeDefined();
  });
});

/** What a node holds after it starts again with the records of another, and what a new one does that is told of them. */
const heirs = (roster: Roster, at = T0): Roster[] => {
  const [again, fresh] = [rosterOf(), rosterOf()];
  const octets = [...roster.records.values()].map((one) => one.octets);
  again.restore(octets, at);
  for (let round = 0; round < 3; round += 1) for (const one of octets.toReversed()) fresh.take(one, at);
  return [again, fresh];
};

describe("who was an issuer", () => {
  const NOW = T0 + 1000;
  const members = [issuer(1), issuer(9), ...[2, 3].map((n) => membership(n, { by: 9 }))];
  const end = revocation(1, { at: T0 + 10 });

  it("is known by the root's word alone: a member that the root revoked ends nobody's membership with an older date", () => {
    const own = revocation(2, { at: T0 + 10 });
    const roster = rosterWith(...members, own);
    for (const one of [roster, ...heirs(roster)]) {
      expect(take(one, revocation(3, { by: 2, at: T0 + 5 }), NOW)).toBe("unknown-issuer");
      expect(take(one, membership(3, { by: 2, at: T0 + 5 }), NOW)).toBe("unknown-issuer");
      expect(one.isMember(hexKey(3), NOW)).toBe(true);
    }
  });

  it.each<[string, readonly SignedRecord[]]>([
    ["revoked", []],
    ["made a plain member", [membership(1, { at: T0 + 11 })]],
  ])("still keeps out whom it revoked before it was %s, also after a restart and at a new node", (_, more) => {
    const roster = rosterWith(...members, revocation(2, { by: 1, at: T0 + 5 }), end, ...more);
    for (const one of [roster, ...heirs(roster)]) {
      expect([...one.records.keys()].toSorted()).toEqual([...roster.records.keys()].toSorted());
      expect(take(one, membership(2, { by: 9 }), NOW)).toBe("revoked");
      expect(one.isMember(hexKey(1), NOW)).toBe(more.length > 0);
      expect(one.isIssuer(hexKey(1), NOW)).toBe(false);
      // What it signs from now on counts for nothing.
      expect(take(one, revocation(3, { by: 1, at: T0 + 12 }), NOW)).toBe("revoked");
      expect(take(one, membership(3, { by: 1, at: T0 + 12 }), NOW)).toBe("revoked");
      expect(one.isMember(hexKey(3), NOW)).toBe(true);
      expect(one.proofOf(hexKey(2))).toHaveLength(3);
      const stranger = rosterOf();
      for (const octets of one.proofOf(hexKey(2))) expect(stranger.take(octets, NOW)).toBe("fresh");
      expect(stranger.revocationOf(hexKey(2))?.signer).toBe(hexKey(1));
      expect(stranger.isIssuer(hexKey(1), NOW)).toBe(false);
    }
  });

  it("lets nobody in with an older date", () => {
    const roster = rosterWith(...members, end);
    for (const one of [roster, ...heirs(roster)]) {
      take(one, membership(5, { by: 1, at: T0 + 5 }), NOW);
      expect(one.isMember(hexKey(5), NOW)).toBe(false);
    }
  });

  it("does not end what was signed again after it was one, with any date", () => {
    const roster = rosterWith(...members, end, membership(3, { by: 9, at: T0 + 20 }));
    for (const date of [T0 + 5, T0 + 10, T0 + 30]) {
      take(roster, revocation(3, { by: 1, at: date }), NOW);
      take(roster, membership(3, { by: 1, at: date }), NOW);
    }
    expect(roster.isMember(hexKey(3), NOW)).toBe(true);
  });

  it("revokes again once the root made it one again, and what it signed between counts at no node that did not know", () => {
    const again = issuer(1, { at: T0 + 20 });
    const roster = rosterWith(...members, end, again, revocation(2, { by: 1, at: T0 + 25 }));
    for (const one of [roster, ...heirs(roster)]) {
      expect(one.isMember(hexKey(2), NOW)).toBe(false);
      expect([...one.records.keys()].toSorted()).toEqual([...roster.records.keys()].toSorted());
      // The first one shows nothing more.
      expect(take(one, issuer(1), NOW)).toBe("older");
    }
  });

  it("keeps out whom it revoked after its membership is over, and revokes nobody more, whatever the date", () => {
    const short = issuer(1, { days: 10 });
    const roster = rosterWith(short, ...members.slice(1), revocation(2, { by: 1, at: T0 + 5 }));
    expect(take(roster, revocation(3, { by: 1, at: T0 + 10.5 * DAY_MS }), T0 + 10.5 * DAY_MS)).toBe("not-an-issuer");
    const later = T0 + 12 * DAY_MS;
    expect(roster.sweep(later)).toEqual([]);
    const [again] = heirs(roster, later);
    again!.sweep(later);
    for (const one of [roster, again!]) {
      expect(one.membershipOf(hexKey(1))).toBeUndefined();
      expect(take(one, membership(2, { by: 9 }), later)).toBe("revoked");
      expect(take(one, revocation(3, { by: 1, at: T0 + 5 }), later)).toBe("unknown-issuer");
      expect(one.isMember(hexKey(3), later)).toBe(true);
      // Nor does one come back that ends later and was signed before.
      expect(take(one, issuer(1, { at: T0 - 5, days: 300 }), later)).toBe("older");
    }
    expect(roster.sweep(T0 + 402 * DAY_MS)).toContain(short.id);
  });

  it("is forgotten when the membership ends that shows it, if it revoked nobody", () => {
    const short = issuer(1, { days: 10 });
    const roster = rosterWith(short, end);
    expect(roster.records.has(short.id)).toBe(true);
    expect(roster.sweep(T0 + 10.9 * DAY_MS)).toEqual([]);
    expect(roster.sweep(T0 + 11.1 * DAY_MS)).toEqual([short.id]);
  });
});

describe("rotations", () => {
  it("wait for an issuer, then hand the name over, and end the old key a day later", () => {
    const roster = rosterWith(issuer(1), membership(2, { by: 1, name: "anna" }), rotation(2, 5));
    expect([...roster.pendingRotations(T0)].map(({ key }) => key)).toEqual([hexKey(5)]);
    expect(take(roster, membership(5, { by: 1, name: "anna", at: T0 + 1 }))).toBe("fresh");
    expect([...roster.pendingRotations(T0)]).toEqual([]);
    const [anna, , old] = roster.members(T0).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(anna).toMatchObject({ name: "anna", key: hexKey(5), successor: undefined });
    expect(roster.members(T0).find(({ key }) => key === hexKey(2))).toMatchObject({ successor: hexKey(5) });
    expect(old).toBeDefined();
    expect(roster.isMember(hexKey(2), T0 + DAY_MS - 1000)).toBe(true);
    expect(roster.isMember(hexKey(2), T0 + DAY_MS + 1000)).toBe(false);
  });

  it("end with the new key: the old one is out with it, and lets nobody in or out any more", () => {
    const records = [
      issuer(1),
      membership(2, { by: 1 }),
      rotation(1, 5),
      issuer(5, { at: T0 + 1 }),
      revocation(5, { at: T0 + 1000 }),
      revocation(2, { by: 1, at: T0 + 2000 }),
    ];
    for (const order of [records, [...records.slice(0, 2), ...records.slice(2).toReversed()]]) {
      const roster = rosterOf();
      for (const record of order) take(roster, record, T0 + 3000);
      expect([1, 2, 5].map((n) => roster.isMember(hexKey(n), T0 + 3000))).toEqual([false, false, false]);
      expect(roster.revocationOf(hexKey(1))?.key).toBe(hexKey(5));
      expect(roster.revocationOf(hexKey(2))).toBeUndefined();
      // Let in again, it is a member like any other.
      take(roster, issuer(1, { at: T0 + 2500 }), T0 + 3000);
      expect(roster.isMember(hexKey(1), T0 + 3000)).toBe(true);
    }
  });

  it("are refused without the old key's membership, the new key's consent, or as a second one", () => {
    const roster = rosterWith(membership(2));
    expect(take(roster, rotation(3, 5))).toBe("unknown-member");
    const { record } = rotation(2, 5);
    if (record.kind !== "rotation") throw new Error("not a rotation");
    expect(take(roster, signRecord({ ...record, consent: new Uint8Array(64) }, signerOf(2)))).toBe("forged");
    expect(take(roster, rotation(2, 5))).toBe("fresh");
    expect(take(roster, rotation(2, 6))).toBe("conflict");
  });
});

it("comes to hold the same, in whatever order records arrive", () => {
  const records = [
    issuer(1),
    issuer(2),
    membership(3, { by: 1, name: "anna" }),
    membership(4, { by: 2, name: "anna", since: T0 / 1000 - 5 }),
    membership(3, { by: 2, name: "anna", roles: ["dev"], at: T0 + 10 }),
    revocation(4, { by: 1, at: T0 - 5 }),
    membership(1, { by: 2, at: T0 + 3 }),
  ];
  const held = (order: readonly SignedRecord[]): string => {
    const roster = rosterOf();
    // A neighbour sends what one lacks until all is there.
    for (let round = 0; round < 3; round += 1) for (const record of order) take(roster, record);
    return JSON.stringify([[...roster.records.keys()].toSorted(), names(roster)]);
  };
  const wanted = held(records);
  for (let shift = 1; shift < records.length; shift += 1)
    expect(held([...records.slice(shift), ...records.slice(0, shift)])).toBe(wanted);
  expect(held(records.toReversed())).toBe(wanted);
});
