import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admissionKey } from "./admission-key.ts";
import { ADMISSION_OCTETS } from "./admission-format.ts";
import { Admission, type AdmissionPurpose } from "./admission.ts";
import { AllowedPeers } from "./allowed-peers.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { HINT_AGE_SECONDS, isTimeHint, SENT_MACS_MAX, SentMacs, TIME_HINT_OCTETS } from "./time-hint.ts";

interface Vector {
  purpose: AdmissionPurpose;
  senderSeed: string;
  receiverSeed: string;
  admissionKey: string;
  unixSeconds: number;
  packet: string;
  sealed: string;
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../proto/vectors/admission.json", import.meta.url), "utf8"),
) as Vector[];
const alice = createIdentity(new Uint8Array(32).fill(1));
const bob = createIdentity(new Uint8Array(32).fill(2));
const now = 1_800_000_000;
const packet = Uint8Array.from({ length: 1200 }, (_, at) => at & 0xff);

function octets(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function hex(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString("hex");
}

function admissionOf(
  identity: Identity,
  peer: Identity,
  purpose: AdmissionPurpose = "session",
): [Admission, AllowedPeers] {
  const peers = new AllowedPeers(identity);
  peers.add(peer.publicKey);
  return [new Admission(identity, peers, purpose), peers];
}

function seal(
  from: Identity,
  to: Identity,
  content: Uint8Array,
  unixSeconds: number,
  purpose: AdmissionPurpose = "session",
): Uint8Array {
  const [admission, peers] = admissionOf(from, to, purpose);
  const sealed = new Uint8Array(ADMISSION_OCTETS + content.length);
  sealed.set(content, ADMISSION_OCTETS);
  const peer = peers.get(to.publicKey);
  expect(peer && admission.seal(peer, sealed, 0, sealed.length, unixSeconds)).toBe(true);
  return sealed;
}

function open(sealed: Uint8Array, unixSeconds: number = now): string | undefined {
  const outcome = admissionOf(bob, alice)[0].open(sealed, 0, sealed.length, unixSeconds);
  return typeof outcome === "string" ? outcome : undefined;
}

describe("admission envelope", () => {
  it.each(vectors)("is the golden vector for $purpose at $unixSeconds", (vector) => {
    const sender = createIdentity(octets(vector.senderSeed));
    const receiver = createIdentity(octets(vector.receiverSeed));
    expect(hex(admissionKey(sender, receiver.publicKey))).toBe(vector.admissionKey);
    expect(hex(admissionKey(receiver, sender.publicKey))).toBe(vector.admissionKey);
    const sealed = seal(sender, receiver, octets(vector.packet), vector.unixSeconds, vector.purpose);
    expect(hex(sealed)).toBe(vector.sealed);
  });

  it("admits its peer, at any offset, and names it", () => {
    const sealed = seal(alice, bob, packet, now);
    const padded = new Uint8Array(sealed.length + 9);
    padded.set(sealed, 4);
    const outcome = admissionOf(bob, alice)[0].open(padded, 4, 4 + sealed.length, now);
    expect(typeof outcome === "string" ? outcome : outcome.publicKey).toEqual(alice.publicKey);
  });

  it("drops whatever has one octet changed", () => {
    const sealed = seal(alice, bob, packet.subarray(0, 40), now);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const expected = at < 4 ? "envelope" : at >= 8 && at < 16 ? "unknown-sender" : "bad-mac";
      expect(open(changed)).toBe(expected);
    }
  });

  it("drops every prefix", () => {
    const sealed = seal(alice, bob, packet.subarray(0, 40), now);
    for (let end = 0; end < sealed.length; end += 1) {
      expect(open(sealed.subarray(0, end))).toBe(end <= ADMISSION_OCTETS ? "envelope" : "bad-mac");
    }
  });

  it("drops what is sealed for another purpose, for another node, or by a node that is not listed", () => {
    const carol = createIdentity(new Uint8Array(32).fill(3));
    expect(open(seal(alice, bob, packet, now, "control"))).toBe("bad-mac");
    expect(open(seal(alice, carol, packet, now))).toBe("bad-mac");
    expect(open(seal(carol, bob, packet, now))).toBe("unknown-sender");
  });

  it("is worth nothing when reflected", () => {
    const sealed = seal(bob, alice, packet, now);
    sealed.set(seal(alice, bob, packet, now).subarray(8, 16), 8);
    expect(open(sealed)).toBe("bad-mac");
  });

  it("tells a wrong clock from a wrong key", () => {
    const sealed = seal(alice, bob, packet, now);
    expect(open(sealed, now + 300)).toBeUndefined();
    expect(open(sealed, now - 300)).toBeUndefined();
    expect(open(sealed, now + 301)).toBe("clock-skew");
    expect(open(sealed, now - 301)).toBe("clock-skew");
  });

  it("never throws on random octets", () => {
    const [admission] = admissionOf(bob, alice);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (random) => {
        expect(typeof admission.open(random, 0, random.length, now)).toBe("string");
      }),
      { numRuns: 10_000 },
    );
  });

  it("derives no key from a point of low order or from no point", () => {
    const identityPoint = new Uint8Array(32);
    identityPoint[0] = 1;
    expect(admissionKey(alice, new Uint8Array(32))).toBeUndefined();
    expect(admissionKey(alice, identityPoint)).toBeUndefined();
    expect(admissionKey(alice, new Uint8Array(32).fill(0xff))).toBeUndefined();
    expect(admissionKey(alice, new Uint8Array(31))).toBeUndefined();
  });
});

describe("a time hint", () => {
  /** Alice, whose clock is wrong, and Bob, who refused her packet and answers. */
  function refused(): { readonly sealed: Uint8Array; readonly hint: Uint8Array; readonly atAlice: Admission } {
    const [atAlice, peers] = admissionOf(alice, bob);
    const toBob = peers.get(bob.publicKey)!;
    const sealed = new Uint8Array(ADMISSION_OCTETS + packet.length);
    sealed.set(packet, ADMISSION_OCTETS);
    atAlice.seal(toBob, sealed, 0, sealed.length, 12);
    const [atBob, peersOfBob] = admissionOf(bob, alice);
    expect(atBob.open(sealed, 0, sealed.length, now)).toBe("clock-skew");
    const hint = atBob.hintFor(peersOfBob.get(alice.publicKey)!, sealed, now);
    return { sealed, hint: hint!, atAlice };
  }

  it("tells the time once, to whom it answers, in fewer octets than it answers", () => {
    const { hint, atAlice } = refused();
    expect([hint.length, isTimeHint(hint, 0, hint.length)]).toEqual([TIME_HINT_OCTETS, true]);
    expect(atAlice.openHint(hint, 0, hint.length, 12)).toMatchObject({ unixSeconds: now });
    expect(atAlice.openHint(hint, 0, hint.length, 12)).toBe("envelope");
  });

  it("is dropped when it was held up on its way", () => {
    const { hint, atAlice } = refused();
    expect(atAlice.openHint(hint, 0, hint.length, 13 + HINT_AGE_SECONDS)).toBe("envelope");
  });

  it("of a host of another network is not for control connections", () => {
    const peers = new AllowedPeers(alice);
    peers.add(bob.publicKey, "session");
    const { hint } = refused();
    expect(new Admission(alice, peers, "control").openHint(hint, 0, hint.length, 12)).toBe("unknown-sender");
  });

  it("is dropped when any octet is changed, when nobody asked, and by a node that knows no hints", () => {
    const { hint, atAlice } = refused();
    for (let at = 0; at < hint.length; at += 1) {
      const changed = hint.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(
        isTimeHint(changed, 0, changed.length) && typeof atAlice.openHint(changed, 0, changed.length, 12),
      ).not.toBe("object");
    }
    expect(admissionOf(alice, bob)[0].openHint(hint, 0, hint.length, 12)).toBe("envelope");
    expect(atAlice.open(hint, 0, hint.length, now)).toBe("envelope");
  });

  it("is worth nothing when reflected, and answers one of the latest packets alone", () => {
    const { hint, sealed, atAlice } = refused();
    expect(admissionOf(bob, alice)[0].openHint(hint, 0, hint.length, 12)).toBe("unknown-sender");
    const sent = new SentMacs();
    const mac = sealed.slice(16, 32);
    sent.add(mac, 12);
    for (let other = 1; other <= SENT_MACS_MAX; other += 1)
      sent.add(
        mac.map((octet) => octet ^ other),
        12,
      );
    expect(sent.take(hint, 0, 12)).toBe(false);
    expect(atAlice.openHint(hint, 0, hint.length, 12)).toMatchObject({ unixSeconds: now });
  });
});

describe("allowed peers", () => {
  it("lists, finds and strikes off", () => {
    const peers = new AllowedPeers(alice);
    peers.add(bob.publicKey);
    peers.add(bob.publicKey);
    expect(peers.size).toBe(1);
    expect(peers.has(bob.publicKey)).toBe(true);
    peers.delete(alice.publicKey);
    peers.delete(bob.publicKey);
    expect(peers.has(bob.publicKey)).toBe(false);
    expect(() => peers.add(new Uint8Array(5))).toThrow("5 octets");
  });
});
