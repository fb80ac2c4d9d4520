/** What befalls a network's members, and how long until all know: they join, are revoked, lie, and lose their issuer. */
import { issueRevocation, ISSUER, type SignedRecord } from "@flor/membership";
import { type Cable, randomCables } from "../cables.ts";
import { randomOf } from "../random.ts";
import { type SimMember, SimNetwork, type SimSigner } from "./sim-network.ts";

/** How a network is made, and what is done to it. */
export interface MembersOptions {
  readonly nodes: number;
  readonly seed: number;
  /** Neighbours of a node, on average. */
  readonly degree: number;
  /** Records that a hostile member makes up. */
  readonly hostile: number;
}

/** One thing that was done. */
export interface MembersOutcome {
  readonly what: string;
  /** Until all nodes that are reached agree, milliseconds; Infinity: they do not. */
  readonly knownMs: number;
  readonly messagesPerNode: number;
  readonly octetsPerNode: number;
  readonly verificationsPerNode: number;
  /** Records that nodes refused, in all. */
  readonly refusals: number;
}

/** Nothing takes longer. */
const LONGEST_MS = 60_000;
const PARTED_MS = 30_000;
const RECORDS_PER_MESSAGE = 16;

/** Runs all of it; the same options, the same outcomes. */
export function simulateMembers(options: MembersOptions): readonly MembersOutcome[] {
  return new Run(options).outcomes;
}

class Run {
  readonly outcomes: MembersOutcome[] = [];
  readonly #options: MembersOptions;
  readonly #net: SimNetwork;
  readonly #cables: readonly Cable[];
  readonly #random: () => number;

  constructor(options: MembersOptions) {
    this.#options = options;
    this.#random = randomOf(options.seed);
    // The last node is no member at first.
    this.#cables = randomCables(options.nodes, options.degree, this.#random);
    this.#net = new SimNetwork(options.nodes, this.#cables, this.#random);
    const { members } = this.#net;
    const [issuer, lost, parted, liar] = members;
    const newcomer = members.at(-1);
    if (issuer === undefined || lost === undefined || parted === undefined || liar === undefined || newcomer === liar)
      throw new RangeError("a network of five nodes at least");
    this.#start(issuer, members.slice(0, -1));
    this.#join(issuer, newcomer!);
    this.#revoke(issuer, lost);
    this.#revokeParted(issuer, parted);
    this.#lie(liar);
    this.#loseIssuer(issuer);
  }

  #start(issuer: SimMember, members: readonly SimMember[]): void {
    const own = this.#net.membershipOf(issuer, this.#net.root, [ISSUER]);
    const others = members.slice(1).map((member) => this.#net.membershipOf(member, issuer.signer));
    this.#stage(`start of ${members.length} members`, () => {
      this.#net.give(issuer, own, ...others);
      // As after each has joined: it knows its issuer and itself.
      for (const [index, member] of members.slice(1).entries()) this.#net.give(member, own, others[index]!);
      this.#net.start();
      return () => members.every(({ roster }) => roster.records.size === members.length);
    });
  }

  #join(issuer: SimMember, newcomer: SimMember): void {
    this.#stage("one joins", () => {
      const own = this.#net.membershipOf(issuer, this.#net.root, [ISSUER]);
      const record = this.#net.membershipOf(newcomer, issuer.signer);
      this.#net.give(newcomer, own, record);
      this.#net.give(issuer, record);
      return () => this.#all((member) => this.#counts(member, newcomer));
    });
  }

  #revoke(issuer: SimMember, lost: SimMember): void {
    this.#stage("one is revoked", () => {
      this.#net.give(issuer, this.#revocation(lost, issuer.signer));
      return () => this.#all((member) => !this.#counts(member, lost), [lost]);
    });
  }

  #revokeParted(issuer: SimMember, parted: SimMember): void {
    const half = this.#options.nodes / 2;
    const between = this.#cables.filter(({ a, b }) => a < half !== b < half);
    this.#stage("one is revoked in a half, then both meet", () => {
      this.#net.setCables(between, false);
      this.#net.until(() => false, PARTED_MS);
      this.#net.give(issuer, this.#revocation(parted, issuer.signer));
      this.#net.until(() => false, PARTED_MS);
      this.#net.setCables(between, true);
      return () => this.#all((member) => !this.#counts(member, parted), [parted]);
    });
  }

  /** Forged memberships, revocations that no issuer signed, and the true ones with a flipped bit. */
  #lie(liar: SimMember): void {
    const before = this.#net.members.map(({ roster }) => roster.records.size);
    this.#stage(`${this.#options.hostile} lies`, () => {
      const records = Array.from({ length: this.#options.hostile }, (_, index) => this.#lieOf(liar, index).octets);
      const network = liar.roster.network;
      const name = Uint8Array.from({ length: 8 }, (_, at) => Number.parseInt(network.slice(2 * at, 2 * at + 2), 16));
      for (const to of this.#net.neighboursOf(liar))
        for (let at = 0; at < records.length; at += RECORDS_PER_MESSAGE)
          this.#net.inject(to, liar, {
            membership: { network: name, records: joined(records.slice(at, at + RECORDS_PER_MESSAGE)) },
          });
      this.#net.until(() => false, LONGEST_MS);
      return () => this.#net.members.every(({ roster }, index) => roster.records.size === before[index]);
    });
  }

  #lieOf(liar: SimMember, index: number): SignedRecord {
    const victim = this.#net.members[Math.floor(this.#random() * this.#net.members.length)]!;
    if (index % 3 === 0) return this.#revocation(victim, liar.signer);
    if (index % 3 === 1) return this.#net.membershipOf(victim, liar.signer);
    const record = this.#net.membershipOf(liar, this.#net.root, [ISSUER]);
    const octets = record.octets.slice();
    octets[octets.length - 1 - Math.floor(this.#random() * 64)]! ^= 1;
    return { ...record, octets };
  }

  #loseIssuer(issuer: SimMember): void {
    this.#stage("the root revokes the issuer", () => {
      const [, , , witness] = this.#net.members;
      this.#net.give(witness!, this.#revocation(issuer, this.#net.root));
      return () => this.#all((member) => this.#net.members.every((other) => !this.#counts(member, other)), [issuer]);
    });
  }

  #revocation({ signer: { key } }: SimMember, by: SimSigner): SignedRecord {
    const wish = { network: this.#net.root.key, signer: by.key, key, reason: "lost" };
    return issueRevocation(wish, by.sign, this.#net.unixMs);
  }

  #counts({ roster }: SimMember, { signer: { key } }: SimMember): boolean {
    return roster.isMember(key, this.#net.unixMs);
  }

  /** Of those that others still talk to. */
  #all(isSo: (member: SimMember) => boolean, except: readonly SimMember[] = []): boolean {
    return this.#net.members.every(
      (member) =>
        except.includes(member) ||
        member.roster.revocationOf(member.signer.key) !== undefined ||
        this.#isOut(member) ||
        isSo(member),
    );
  }

  #isOut({ signer: { key } }: SimMember): boolean {
    return this.#net.members[3]?.roster.revocationOf(key) !== undefined;
  }

  #stage(what: string, act: () => () => boolean): void {
    const before = this.#sums();
    const isKnown = act();
    const knownMs = this.#net.until(isKnown, LONGEST_MS);
    const after = this.#sums();
    const each = (name: "messages" | "octets" | "verifications"): number =>
      (after[name] - before[name]) / this.#options.nodes;
    this.outcomes.push({
      what,
      knownMs,
      messagesPerNode: each("messages"),
      octetsPerNode: each("octets"),
      verificationsPerNode: each("verifications"),
      refusals: after.refusals - before.refusals,
    });
  }

  #sums(): { messages: number; octets: number; verifications: number; refusals: number } {
    const sums = { messages: 0, octets: 0, verifications: 0, refusals: 0 };
    for (const { sentMessages, sentOctets, roster } of this.#net.members) {
      sums.messages += sentMessages;
      sums.octets += sentOctets;
      sums.verifications += roster.verifications;
      sums.refusals += Object.values(roster.refusals.counts).reduce((total, count) => total + count, 0);
    }
    return sums;
  }
}

function joined(records: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(records.flatMap((octets) => [...octets]));
}
