/** What a neighbour may say of networks, below, at and above each bound. */
import { Allowance } from "@flor/machine";
import type { ControlMessage } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { MembershipFlooding, RECORDS_AT_ONCE, RECORDS_PER_SECOND, SUMMARY_IDS_MAX } from "./flooding.ts";
import { issueRevocation } from "./join.ts";
import { FORMER_ISSUERS_MAX } from "./held-records.ts";
import { hexKey, issuer, membership, revocation, ROOT, rosterOf, rotation, signerOf, T0 } from "./network.testing.ts";
import { octetsOfHex } from "./octets.ts";
import { REASON_MAX_CHARACTERS, type SignedRecord, signRecord } from "./record.ts";
import { MEMBERSHIP_MAX_DAYS, ROTATIONS_MAX } from "./roster.ts";

const networkName = octetsOfHex(hexKey(ROOT).slice(0, 16));

function flooding(): MembershipFlooding {
  const one = new MembershipFlooding({ unixMs: () => T0 });
  one.add(rosterOf());
  return one;
}

const summaryOf = (ids: number): ControlMessage => ({
  membershipSummary: { network: networkName, ids: new Uint8Array(ids * 8) },
});

describe("the allowance of a neighbour", () => {
  it("is spent by 16,384 records at once, and a thousand more each second", () => {
    const allowance = new Allowance(RECORDS_PER_SECOND, RECORDS_AT_ONCE);
    allowance.spend(RECORDS_AT_ONCE - 1, 0);
    expect(allowance.isSolvent(0)).toBe(true);
    allowance.spend(1, 0);
    expect(allowance.isSolvent(0)).toBe(false);
    allowance.spend(RECORDS_PER_SECOND - 1, 1000);
    expect(allowance.isSolvent(1000)).toBe(true);
    allowance.spend(1, 1000);
    expect(allowance.isSolvent(1000)).toBe(false);
    expect(allowance.isSolvent(10_000_000)).toBe(true);
    allowance.spend(RECORDS_AT_ONCE, 10_000_000);
    expect(allowance.isSolvent(10_000_000)).toBe(false);
  });

  it("is remembered for 4,096 neighbours, of whom who was heard longest ago is forgotten", () => {
    const node = flooding();
    const [debtor, ...others] = Array.from({ length: 4097 }, (_, n) => `neighbour ${n}`);
    for (let spent = 0; spent <= RECORDS_AT_ONCE; spent += 1) node.handleMessage(debtor!, summaryOf(0), 0);
    for (const key of others.slice(0, -1)) node.canTake(key, 0);
    // Nobody is forgotten for one who is known.
    for (const key of others.slice(0, -1)) node.canTake(key, 0);
    expect(node.canTake(debtor!, 0)).toBe(false);
    for (const key of others) node.canTake(key, 0);
    expect(node.canTake(debtor!, 0)).toBe(true);
  });
});

describe("a summary", () => {
  it("of 2,000 ids is read, and one of more breaks the protocol", () => {
    const node = flooding();
    expect(node.handleMessage("a", summaryOf(SUMMARY_IDS_MAX), 0)).toBe(true);
    expect(node.handleMessage("a", summaryOf(SUMMARY_IDS_MAX + 1), 0)).toBe(false);
  });

  it("of more ids than fit in one message goes on in the next", () => {
    const node = flooding();
    const [roster] = node.rosters;
    for (let n = 1; n <= SUMMARY_IDS_MAX + 1; n += 1) roster!.take(membership(n).octets, T0);
    node.open(hexKey(1), 0);
    const said: number[] = [];
    for (let one = node.pollTransmit(hexKey(1)); one !== undefined; one = node.pollTransmit(hexKey(1)))
      said.push((one.membershipSummary?.ids?.length ?? 0) / 8);
    expect(said).toEqual([SUMMARY_IDS_MAX, 1]);
  });
});

describe("records", () => {
  const taken = (records: Iterable<SignedRecord>): (string | undefined)[] => {
    const roster = rosterOf();
    return Array.from(records, ({ octets }) => roster.take(octets, T0));
  };

  it("of 1,024 keys that ask to be replaced are held, and none more", () => {
    const members = Array.from({ length: ROTATIONS_MAX + 1 }, (_, n) => membership(n + 1));
    const rotations = members.map((_, n) => rotation(n + 1, 10_000 + n));
    expect(taken([...members, ...rotations]).slice(-2)).toEqual(["fresh", "full"]);
  });

  it("of 1,024 former issuers are held, and those of the one held for longest are forgotten then", () => {
    const roster = rosterOf();
    for (let n = 1; n <= FORMER_ISSUERS_MAX + 1; n += 1)
      for (const { octets } of [revocation(n), issuer(n)]) expect(roster.take(octets, T0)).toBe("fresh");
    expect(roster.records.size).toBe(2 * FORMER_ISSUERS_MAX + 1);
    expect(roster.records.has(issuer(1).id)).toBe(false);
    expect(roster.records.has(issuer(2).id)).toBe(true);
  });

  it("of a membership of 400 days are taken, and of one a second longer refused", () => {
    const { record } = membership(1, { days: MEMBERSHIP_MAX_DAYS });
    if (record.kind !== "membership") throw new Error("not a membership");
    const longer = signRecord({ ...record, notAfter: record.notAfter + 1 }, signerOf(ROOT));
    expect(taken([membership(1, { days: MEMBERSHIP_MAX_DAYS })])).toEqual(["fresh"]);
    expect(taken([longer])).toEqual(["too-long"]);
  });

  it("of a revocation give a reason of 128 characters at most", () => {
    const revoke = (reason: string): SignedRecord =>
      issueRevocation({ network: hexKey(ROOT), signer: hexKey(ROOT), key: hexKey(1), reason }, signerOf(ROOT), T0);
    expect(revoke("x".repeat(REASON_MAX_CHARACTERS)).record).toMatchObject({ kind: "revocation" });
    expect(() => revoke("x".repeat(REASON_MAX_CHARACTERS + 1))).toThrow(RangeError);
  });
});
