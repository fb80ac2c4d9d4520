/**
 * A network's members in virtual time: rosters and their flooding, the product's own, joined by ordered channels with a
 * latency each. A channel closes when its cable is cut and the silence is noticed, or when an end learns that the other
 * is no member.
 */
import { createSigner } from "@flor/host";
import type { Instant } from "@flor/machine";
import { issueMembership, MembershipFlooding, Roster, type SignedRecord } from "@flor/membership";
import { nodeKeyOf } from "@flor/link-state";
import { createIdentity } from "@flor/quic";
import type { ControlMessage } from "@flor/wire";
import type { Cable } from "../cables.ts";
import { EventQueue } from "../event-queue.ts";
import { OnceForAll } from "../once-for-all.ts";
import { someOctets } from "../random.ts";

const EPOCH_MS = 1_800_000_000_000;
const SEED_OCTETS = 32;
const SILENCE_MS = 900;
/** A dial, a handshake and hellos. */
const RETURN_MS = 1000;
const READ_AGAIN_MS = 20;

/** A key that signs for the network, or for itself. */
export class SimSigner {
  readonly key: string;
  readonly publicKey: Uint8Array;
  readonly sign: (octets: Uint8Array) => Uint8Array;

  constructor(random: () => number) {
    const identity = createIdentity(someOctets(SEED_OCTETS, random));
    this.publicKey = identity.publicKey;
    this.key = nodeKeyOf(identity.publicKey);
    this.sign = createSigner(identity);
  }
}

/** A member, or one that would be. */
export interface SimMember {
  readonly number: number;
  readonly signer: SimSigner;
  readonly roster: Roster;
  readonly flooding: MembershipFlooding;
  /** Messages that arrived and were not read yet, with whom they came from. */
  readonly inbox: { readonly from: SimMember; readonly message: ControlMessage }[];
  sentMessages: number;
  sentOctets: number;
}

/** See the head of this file. */
export class SimNetwork {
  now: Instant = 0;
  readonly root: SimSigner;
  readonly members: readonly SimMember[];
  readonly #cables: readonly Cable[];
  readonly #events = new EventQueue<() => void>();
  readonly #once = new OnceForAll();
  readonly #open = new Set<string>();
  readonly #byKey = new Map<string, SimMember>();

  constructor(size: number, cables: readonly Cable[], random: () => number) {
    this.#cables = cables;
    this.root = new SimSigner(random);
    this.members = Array.from({ length: size }, (_, number) => this.#member(number, new SimSigner(random)));
    for (const member of this.members) this.#byKey.set(member.signer.key, member);
  }

  get unixMs(): number {
    return EPOCH_MS + this.now;
  }

  /** Opens all channels. */
  start(): void {
    for (const cable of this.#cables) this.#rise(cable);
  }

  /** The membership of a node's key, signed by the root or by an issuer. */
  membershipOf({ number, signer: { key } }: SimMember, by: SimSigner, roles: readonly string[] = []): SignedRecord {
    const wish = { network: this.root.key, signer: by.key, key, name: `node-${number}`, roles };
    return issueMembership(wish, by.sign, this.unixMs);
  }

  /** A record comes to a node from outside: its own disk, a command, or a node that joined. */
  give(member: SimMember, ...records: readonly SignedRecord[]): void {
    for (const { octets } of records) member.flooding.take(member.roster, octets);
    this.#serve(member);
  }

  /** A neighbour says something that its own product would not. */
  inject(to: SimMember, from: SimMember, message: ControlMessage): void {
    to.inbox.push({ from, message });
    this.#serve(to);
  }

  neighboursOf({ number }: SimMember): readonly SimMember[] {
    return this.#cables.flatMap(({ a, b }) =>
      a === number ? (this.members[b] ?? []) : b === number ? (this.members[a] ?? []) : [],
    );
  }

  /** Cuts cables, or lays them again. */
  setCables(cables: readonly Cable[], isUp: boolean): void {
    for (const cable of cables) {
      cable.isUp = isUp;
      cable.changes += 1;
      const { changes } = cable;
      const change = isUp ? this.#rise.bind(this) : this.#fall.bind(this);
      this.#events.add(this.now + (isUp ? RETURN_MS : SILENCE_MS), () => {
        if (cable.changes === changes) change(cable);
      });
    }
  }

  /** Runs until something is so, at most for `forMs`; how long it took, Infinity: it is not so. */
  until(isSo: () => boolean, forMs: number): number {
    const start = this.now;
    while (!isSo()) {
      const next = this.#events.nextAt;
      if (next > start + forMs) return Infinity;
      this.now = Math.max(this.now, next);
      this.#events.take()?.();
    }
    return this.now - start;
  }

  #member(number: number, signer: SimSigner): SimMember {
    const roster = new Roster({ root: this.root.publicKey, verify: this.#once.verifyAll });
    const flooding = new MembershipFlooding({ unixMs: () => this.unixMs });
    flooding.add(roster);
    return { number, signer, roster, flooding, inbox: [], sentMessages: 0, sentOctets: 0 };
  }

  #rise(cable: Cable): void {
    if (!cable.isUp) return;
    const [a, b] = this.#endsOf(cable);
    this.#open.add(channelOf(a, b));
    a.flooding.open(b.signer.key, this.now);
    b.flooding.open(a.signer.key, this.now);
    this.#serve(a);
    this.#serve(b);
  }

  #fall(cable: Cable): void {
    const [a, b] = this.#endsOf(cable);
    this.#close(a, b);
  }

  #close(a: SimMember, b: SimMember): void {
    if (!this.#open.delete(channelOf(a, b))) return;
    a.flooding.close(b.signer.key);
    b.flooding.close(a.signer.key);
  }

  #endsOf({ a, b }: Cable): readonly [SimMember, SimMember] {
    return [this.members[a]!, this.members[b]!];
  }

  #serve(member: SimMember): void {
    this.#read(member);
    member.flooding.handleMembersChanged();
    for (const { signer } of this.neighboursOf(member))
      if (member.roster.revocationOf(signer.key) !== undefined) this.#close(member, this.#byKey.get(signer.key)!);
    for (const key of member.flooding.ready) this.#send(member, this.#byKey.get(key)!);
  }

  #read(member: SimMember): void {
    for (let next = member.inbox[0]; next !== undefined; next = member.inbox[0]) {
      const { key } = next.from.signer;
      if (!member.flooding.canTake(key, this.now)) {
        this.#events.add(this.now + READ_AGAIN_MS, () => this.#serve(member));
        return;
      }
      member.inbox.shift();
      if (!member.flooding.handleMessage(key, next.message, this.now)) this.#close(member, next.from);
    }
  }

  #send(from: SimMember, to: SimMember): void {
    const cable = this.#cables.find(
      ({ a, b }) => (a === from.number ? b : a) === to.number && (a === from.number || b === from.number),
    );
    for (let message = from.flooding.pollTransmit(to.signer.key); message !== undefined;) {
      const sent = message;
      from.sentMessages += 1;
      from.sentOctets += (sent.membership?.records?.length ?? 0) + (sent.membershipSummary?.ids?.length ?? 0);
      this.#events.add(this.now + (cable?.latencyMs ?? 0), () => {
        if (cable?.isUp !== true || !this.#open.has(channelOf(from, to))) return;
        to.inbox.push({ from, message: sent });
        this.#serve(to);
      });
      message = from.flooding.pollTransmit(to.signer.key);
    }
  }
}

function channelOf(a: SimMember, b: SimMember): string {
  return a.number < b.number ? `${a.number} ${b.number}` : `${b.number} ${a.number}`;
}
