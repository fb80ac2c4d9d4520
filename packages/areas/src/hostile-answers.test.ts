/** A gateway that lies: what it says of the host that was asked for, and what it sends that nobody asked for. */
import { issueMembership, issueRevocation, ISSUER } from "@flor/membership";
import { keyOf, signAs } from "@flor/testkit/made-keys";
import type { AreaMessage } from "@flor/wire";
import { expect, test } from "vitest";
import { hexKey, type MadeNode, type Staged, staged } from "./layer.testing.ts";
import { LEASE_SECONDS } from "./way.ts";

type Answer = NonNullable<AreaMessage["answer"]>;

const DAY_MS = 86_400_000;
const B = 13;
const STRANGER = 4000;

/** A membership as somebody signs it, who need not be an issuer. */
interface Wish {
  readonly network: number;
  /** Whose signature it claims to carry. */
  readonly signer: number;
  /** Whose it carries. @default signer */
  readonly hand?: number;
  readonly key?: number;
  readonly name?: string;
  readonly roles?: readonly string[];
  readonly unixMs: number;
  readonly days?: number;
}

function signed({
  network,
  signer,
  hand = signer,
  key = B,
  name = "b",
  roles = [],
  unixMs,
  days = 300,
}: Wish): Uint8Array {
  const wish = { network: hexKey(network), signer: hexKey(signer), key: hexKey(key), name, roles, days };
  return issueMembership(wish, (octets) => signAs(keyOf(hand), octets), unixMs).octets;
}

function joined(...records: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(records.flatMap((record) => [...record]));
}

/** What the gateway of the asking host says in place of what it was told. */
function tellAnswers(gateway: MadeNode, change: (answer: Answer) => Partial<Answer>): void {
  gateway.tamper = (message) => {
    const { answer } = message;
    return answer ? { ...message, answer: { ...answer, ...change(answer) } } : message;
  };
}

function proof({ layer, b, work }: Staged, key: string = b.key): Uint8Array {
  const roster = work.roster();
  layer.now += 1;
  return joined(...roster.proofOf(key));
}

const NOTHING_SHOWS = "nothing shows that it is a member of work";

const LIES: Readonly<Record<string, { readonly trouble: string; readonly tell: (stage: Staged) => Partial<Answer> }>> =
  {
    "another key": { trouble: NOTHING_SHOWS, tell: () => ({ key: keyOf(99) }) },
    "another member": {
      trouble: "it is c, not b",
      tell: (stage) => {
        stage.work.member(14, "c");
        return { key: keyOf(14), records: proof(stage, hexKey(14)) };
      },
    },
    "the same name in another network": {
      trouble: NOTHING_SHOWS,
      tell: ({ layer }) => {
        const other = layer.network(STRANGER);
        other.member(99, "b");
        return { key: keyOf(99), records: joined(...other.roster().proofOf(hexKey(99))) };
      },
    },
    "a chain that begins with a stranger": {
      trouble: NOTHING_SHOWS,
      tell: ({ layer }) => {
        const head = { network: 3000, unixMs: layer.unixMs() };
        const issuer = signed({ ...head, signer: STRANGER, key: STRANGER + 1, name: "vm", roles: [ISSUER] });
        return { key: keyOf(99), records: joined(issuer, signed({ ...head, signer: STRANGER + 1, key: 99 })) };
      },
    },
    "an issuer that the root did not sign": {
      trouble: NOTHING_SHOWS,
      tell: ({ layer }) => {
        const head = { network: 3000, unixMs: layer.unixMs() };
        const by = { signer: 3000, hand: STRANGER };
        const issuer = signed({ ...head, ...by, key: STRANGER + 1, name: "vm", roles: [ISSUER] });
        return { key: keyOf(99), records: joined(issuer, signed({ ...head, signer: STRANGER + 1, key: 99 })) };
      },
    },
    "a member that lets in another": {
      trouble: NOTHING_SHOWS,
      tell: (stage) => {
        const own = signed({ network: 3000, signer: 12, key: 99, unixMs: stage.layer.unixMs() });
        return { key: keyOf(99), records: joined(proof(stage, hexKey(12)), own) };
      },
    },
    "a membership that ended": {
      trouble: NOTHING_SHOWS,
      tell: ({ layer }) => {
        const unixMs = layer.unixMs() - 3 * DAY_MS;
        return { key: keyOf(99), records: signed({ network: 3000, signer: 3000, key: 99, unixMs, days: 1 }) };
      },
    },
    "a membership that has not begun": {
      trouble: NOTHING_SHOWS,
      tell: ({ layer }) => {
        const unixMs = layer.unixMs() + DAY_MS;
        return { key: keyOf(99), records: signed({ network: 3000, signer: 3000, key: 99, unixMs }) };
      },
    },
    "a key that was revoked": {
      trouble: "it is revoked in work",
      tell: ({ layer }) => {
        const head = { network: hexKey(3000), signer: hexKey(3000), key: hexKey(99) };
        const sign = (octets: Uint8Array): Uint8Array => signAs(keyOf(3000), octets);
        const revocation = issueRevocation({ ...head, reason: "lost" }, sign, layer.unixMs()).octets;
        const before = signed({ network: 3000, signer: 3000, key: 99, unixMs: layer.unixMs() - 1000 });
        return { key: keyOf(99), records: joined(revocation, before) };
      },
    },
    "more records than may be": {
      trouble: NOTHING_SHOWS,
      tell: (stage) => ({ records: joined(...Array.from({ length: 3 }, () => proof(stage))) }),
    },
    "records that are cut off": {
      trouble: NOTHING_SHOWS,
      tell: (stage) => ({ records: proof(stage).subarray(0, -1) }),
    },
    "no records": { trouble: NOTHING_SHOWS, tell: () => ({ records: new Uint8Array(0) }) },
  };

test.each(Object.entries(LIES))("a gateway that shows %s is not believed", (_, { trouble, tell }) => {
  const stage = staged();
  const { layer, a, g1 } = stage;
  const lie = tell(stage);
  tellAnswers(g1, () => lie);
  a.areas.want("b.work", layer.now);
  layer.settle();
  expect(a.refused).toEqual([`b.work: a gateway's answer was not believed: ${trouble}`]);
  expect(a.areas.ways.drops.counts["false-answers"]).toBe(1);
  expect(a.hosts.size).toBe(0);
  // Nor is anything kept for it.
  expect([a.areas.crossings.all.size, g1.labels.size, g1.areas.crossings.all.size]).toEqual([0, 0, 0]);
});

test("a gateway that lies at a renewal leads nowhere, until it tells the truth", () => {
  const { layer, a, b, g1 } = staged();
  a.areas.want("b.work", layer.now);
  layer.settle();
  tellAnswers(g1, () => ({ key: keyOf(99) }));
  layer.pass(LEASE_SECONDS * 600);
  expect(a.hosts.get("b.work")?.way).toBeUndefined();
  expect(a.areas.ways.drops.counts["false-answers"]).toBeGreaterThan(0);
  g1.tamper = (message) => message;
  layer.pass(5000);
  expect(layer.arrival(a, "b.work")).toBe(b.key);
});

test.each([1, 15, 0x10_0000, 0xffff_ffff])(
  "%i is no label: the answer is malformed, and the client is told",
  (label) => {
    const { layer, a, g1 } = staged();
    tellAnswers(g1, () => ({ label }));
    a.areas.want("b.work", layer.now);
    layer.settle();
    expect(a.refused).toEqual(["b.work: a malformed answer"]);
    expect(a.areas.ways.drops.counts.malformed).toBe(1);
    expect([a.hosts.size, g1.labels.size]).toEqual([0, 0]);
  },
);

test.each([15, 0x10_0000])(
  "a gateway that is told the label %i binds none for it, and refuses the host that asks",
  (label) => {
    const { layer, a, g1, g2 } = staged();
    tellAnswers(g2, () => ({ label }));
    a.areas.want("b.work", layer.now);
    layer.settle();
    expect(a.refused).toEqual(["b.work: a malformed answer"]);
    expect(g1.areas.ways.drops.counts.malformed).toBe(1);
    expect([g1.labels.size, g2.labels.size]).toEqual([0, 0]);
  },
);

test.each([0, 0xffff_ffff])("a lease of %i seconds is one of as many as may be", (lease) => {
  const { layer, a, g1 } = staged();
  tellAnswers(g1, () => ({ lease }));
  a.areas.want("b.work", layer.now);
  layer.settle();
  const [crossing] = a.areas.crossings.all;
  expect(crossing?.endAt).toBe(layer.now + 1000 * LEASE_SECONDS);
});

test("answers are taken for asks alone: one for each, of a way that stands, by the one that was asked", () => {
  const { layer, a, g1 } = staged();
  let told: AreaMessage | undefined;
  g1.tamper = (message) => (message.answer ? (told = message) : message);
  a.areas.want("b.work", layer.now);
  layer.settle();
  const answer = told?.answer;
  const { drops } = a.areas.ways;
  if (!answer || told === undefined) throw new Error("the gateway did not answer");
  // Again: its signatures are not looked at.
  const [crossing] = a.areas.crossings.all;
  const endAt = crossing?.endAt;
  a.areas.handleMessage(g1.key, "asking", { ...told, answer: { ...answer, lease: 1 } }, layer.now);
  expect(drops.counts.malformed).toBe(1);
  expect(crossing?.endAt).toBe(endAt);
  // Of a way that never was, of the number of none, by another neighbour, and on the channel of those who ask.
  a.areas.handleMessage(g1.key, "asking", { id: 77, answer }, layer.now);
  a.areas.handleMessage(hexKey(50), "asking", told, layer.now);
  expect(drops.counts.late).toBe(2);
  a.areas.handleMessage(g1.key, "asking", { id: 0, answer }, layer.now);
  a.areas.handleMessage(g1.key, "asked", told, layer.now);
  expect(drops.counts.malformed).toBe(3);
  expect(a.hosts.size).toBe(1);
});

test("an answer that comes when the lease is over brings nothing back", () => {
  const { layer, a, g1 } = staged();
  let told: AreaMessage | undefined;
  g1.tamper = (message) => (message.answer ? (told = message) : message);
  a.areas.want("b.work", layer.now);
  layer.settle();
  a.isInUse = false;
  layer.pass(LEASE_SECONDS * 3000);
  expect(a.hosts.size).toBe(0);
  if (told !== undefined) a.areas.handleMessage(g1.key, "asking", told, layer.now);
  expect(a.areas.ways.drops.counts.late).toBe(1);
  expect([a.hosts.size, a.areas.crossings.all.size]).toEqual([0, 0]);
});

test("a gateway that gives a way and takes it back is not asked as fast as it answers", () => {
  const { layer, a, g1 } = staged();
  let asks = 0;
  a.tamper = (message) => {
    if (message.ask) asks += 1;
    return message;
  };
  a.areas.want("b.work", layer.now);
  layer.settle();
  for (let n = 0; n < 100; n += 1) {
    const [crossing] = a.areas.crossings.all;
    const id = crossing?.down?.id;
    if (id !== undefined) a.areas.handleMessage(g1.key, "asking", { id, gone: { cause: 2, text: "" } }, layer.now);
    layer.pass(10);
  }
  expect(asks).toBeLessThan(20);
  layer.pass(3000);
  expect(a.hosts.get("b.work")?.way).toBeDefined();
});

test("what a gateway says for people is short, and does nothing to their terminals", () => {
  const { layer, a, g1 } = staged();
  tellAnswers(g1, () => ({ cause: 2, text: `\u001b[2J\n${"x".repeat(4000)}` }));
  a.areas.want("b.work", layer.now);
  layer.settle();
  expect(a.refused).toEqual([`b.work: ?[2J?${"x".repeat(195)}`]);
});

test("a revocation that the network did not sign puts nobody out", () => {
  const { layer, home, a, b, g2 } = staged();
  a.areas.want("b.work", layer.now);
  layer.settle();
  const wish = { network: home.id, signer: home.id, key: a.key, reason: "lost" };
  const forged = issueRevocation(wish, (octets) => signAs(keyOf(STRANGER), octets), layer.unixMs()).octets;
  const [crossing] = b.areas.crossings.all;
  const gone = { cause: 2, text: "", network: keyOf(home.root), records: forged };
  b.areas.handleMessage(g2.key, "asked", { id: crossing?.up?.id ?? 0, gone }, layer.now);
  expect(b.hosts.get("a.home")).toBeDefined();
  expect(b.areas.trust.membershipOf(home.id, a.key)?.name).toBe("a");
});
