/** The networks of one node: their records on disk, and who is a peer because of them. */
import type { Config, NetworkConfig } from "@flor/config";
import {
  type FreshRecord,
  hearsOf,
  hexOf,
  ISSUER,
  MembershipFlooding,
  octetsOfHex,
  ROTATION_OVERLAP_SECONDS,
} from "@flor/membership";
import {
  type JoinAnswer,
  type JoinEnds,
  type JoinRequest,
  type NetworkStatus,
  NetworkTime,
  type NodeNetworks,
  type PeerSettings,
} from "@flor/node";
import { encodeNodeId, type Identity } from "@flor/quic";
import type { Who } from "@flor/route";
import { JoinRefusal } from "@flor/wire";
import { answerJoin } from "./answer-join.ts";
import { doubtText } from "./clock-text.ts";
import { keepNetworks } from "./keep-network.ts";
import type { KeptNetwork } from "./kept-network.ts";
import { type MemberPeers, memberPeersOf, NOBODY } from "./member-peers.ts";
import { type MembersOptions, membersOf, networkStatusOf, type NetworkMembers } from "./network-members.ts";
import { NetworkIssuer } from "./network-issuer.ts";

/** Members are warned this long before their membership ends. */
const WARNING_MS = 7 * 86_400_000;
const WARN_AGAIN_MS = 86_400_000;
/** A clock that says so much less than before was set: those whose membership seemed over may be members yet. */
const SET_BACK_MS = 60_000;
/** Keys before the node's own by which it is reached at once: each costs every packet of a stranger another look. */
export const FORMER_KEYS_MAX = 2;

/** Options of a {@link NetworkKeeper}. */
export interface NetworkKeeperOptions {
  readonly config: Pick<Config, "networks" | "identity">;
  readonly log: (level: "info" | "warn" | "error", step: string, fields: Readonly<Record<string, unknown>>) => void;
  /** @default one that goes by the wall clock, until peers say otherwise */
  readonly time?: NetworkTime;
}

/** See the head of this file. */
export class NetworkKeeper implements NodeNetworks {
  readonly flooding: MembershipFlooding;
  readonly issuer: NetworkIssuer;
  /** The time that memberships are judged by. */
  readonly time: NetworkTime;
  /** Who belongs here changed. */
  onMembersChanged: () => void = () => {};
  /** Invites were made, or are over. */
  onInvitesChanged: () => void = () => {};
  readonly #options: NetworkKeeperOptions;
  readonly #unixMs: () => number;
  /** The node's key, and those before it that are members yet. */
  #identities: readonly Identity[];
  #networks: readonly KeptNetwork[] = [];
  #derived: MemberPeers = NOBODY;
  #changeAt = Infinity;
  /** By which time it was found who is a peer. */
  #judgedAt = -Infinity;
  #warnedAt = -Infinity;

  /** @throws when a file of a network cannot be read */
  constructor(options: NetworkKeeperOptions) {
    this.#options = options;
    const { config, time = new NetworkTime({ wallMs: Date.now }) } = options;
    this.time = time;
    const unixMs = (): number => time.unixMs();
    this.#unixMs = unixMs;
    this.#identities = [config.identity];
    this.flooding = new MembershipFlooding({ unixMs });
    this.issuer = new NetworkIssuer({
      identity: () => this.#identity,
      networks: () => this.networks,
      flooding: this.flooding,
      unixMs,
      clockDoubt: () => this.#clockDoubt,
      handleTaken: () => void this.settle(),
      handleInvitesChanged: () => this.onInvitesChanged(),
    });
    this.prepare(config.networks)();
  }

  /**
   * The key that is to take the place of the node's: its networks know it as a member. One that has not answered for half
   * of the time in which both keys are good is not waited for. `undefined`: there is none.
   */
  keyDue(): string | undefined {
    const own = this.#ownKey;
    const now = this.#unixMs();
    // One that could not be taken for a day is due all the more.
    const rosters = this.networks
      .map(({ roster }) => roster)
      .filter((roster) => roster.isMember(own, now) || roster.successorOf(own) !== undefined);
    const due = rosters.flatMap((roster) => roster.successorOf(own) ?? []);
    const isLate = rosters.some(
      (roster) =>
        roster.successorOf(own) !== undefined && now - (roster.rotationOf(own) ?? now) > ROTATION_OVERLAP_SECONDS * 500,
    );
    return due.length === rosters.length || isLate ? due[0] : undefined;
  }

  /** The node has another key. */
  takeKey(identity: Identity): void {
    this.#identities = [identity, ...this.#identities];
    this.issuer.issueDue();
    this.settle();
  }

  /** A key that the node had before it started. */
  keepFormer(identity: Identity): boolean {
    const key = hexOf(identity.publicKey);
    const isOurs = this.networks.some(({ roster }) => roster.newestOf(key) === this.#ownKey);
    if (key === this.#ownKey || !isOurs || !this.#isMember(identity)) return false;
    this.#identities = [...this.#identities, identity];
    return true;
  }

  /** The node's former keys that are not good any more, and that it therefore forgets. */
  takeEndedKeys(): readonly Identity[] {
    const [current, ...former] = this.#identities;
    const ended = former.filter((identity, index) => index >= FORMER_KEYS_MAX || !this.#isMember(identity));
    if (current !== undefined && ended.length > 0)
      this.#identities = [current, ...former.filter((identity) => !ended.includes(identity))];
    return ended;
  }

  /** The networks that the node belongs to now. */
  get networks(): readonly KeptNetwork[] {
    return this.#networks;
  }

  /**
   * Gets ready to belong to these networks, and to no other.
   *
   * @returns takes them: who is a peer is to be asked for again then, by {@link peersOf}. It says whether that is needed
   * @throws Error when a file of a network cannot be read; nothing changed then
   */
  prepare(wanted: readonly NetworkConfig[]): () => boolean {
    const handleFailed = (network: string, file: string, problem: string): void =>
      this.#options.log("error", "network-not-kept", { network, file, problem });
    const ready = keepNetworks(wanted, this.#networks, {
      flooding: this.flooding,
      unixMs: this.#unixMs,
      handleFailed,
    });
    return () => {
      this.#networks = ready.networks;
      this.#boundTime();
      const isOther = ready.commit();
      this.#warnedAt = isOther ? -Infinity : this.#warnedAt;
      if (isOther) this.flooding.handleMembersChanged();
      this.onInvitesChanged();
      return isOther;
    };
  }

  /** The node's peers: those that are listed, unless revoked, and the members of its networks. */
  peersOf(listed: readonly PeerSettings[], ownName: string): readonly PeerSettings[] {
    const now = this.#unixMs();
    this.#derived = memberPeersOf({
      listed: listed
        .map((peer) => this.#withKeyOfToday(peer))
        .filter(({ publicKey, name }) => !this.#isRevoked(hexOf(publicKey), name)),
      members: this.networks.map(({ roster, config }) => ({ network: config.name, members: roster.members(now) })),
      ownName,
      ownKeys: this.#identities.map(({ publicKey }) => hexOf(publicKey)),
      handleLeftOut: (member) =>
        this.#options.log("error", "member-left-out", { member, problem: "its key or name is another peer's" }),
    });
    this.#judgedAt = now;
    this.#changeAt = Math.min(...this.networks.map(({ roster }) => roster.nextChange(now)));
    return this.#derived.peers;
  }

  /** Who a peer is, for rules. */
  whoOf(peer: string): Who {
    // Rules that name a node that is changing its key mean it by either.
    const [node = peer] = this.namesOf(peer);
    return { node, roles: this.#derived.roles.get(peer) ?? [] };
  }

  /** The peers that a route's name means: while a key is replaced, two. */
  namesOf(name: string): readonly string[] {
    return this.#derived.aliases.get(name) ?? [name];
  }

  isOfLayer(nodeKey: string): boolean {
    if (this.networks.length === 0 || this.#derived.keys.has(nodeKey)) return true;
    const now = this.#unixMs();
    if (this.networks.some(({ roster }) => roster.isMember(nodeKey, now))) return true;
    const isRevoked = this.networks.some(({ roster }) => roster.revocationOf(nodeKey) !== undefined);
    return this.#derived.hasOutsiders && !isRevoked;
  }

  get keepsApart(): boolean {
    return this.networks.length > 1;
  }

  isTold(neighbour: string, nodeKey: string): boolean {
    if (!this.keepsApart) return true;
    const rosters = this.networks.map(({ roster }) => roster);
    return hearsOf(rosters, neighbour, nodeKey, this.#unixMs());
  }

  whyGone(nodeKey: string): string | undefined {
    const now = this.#unixMs();
    for (const { roster, config } of this.networks) {
      const revocation = roster.revocationOf(nodeKey);
      if (revocation !== undefined) {
        const by = revocation.signer === roster.network ? "the root key" : roster.membershipOf(revocation.signer)?.name;
        return `revoked in ${config.name} by ${by ?? encodeNodeId(octetsOfHex(revocation.signer))}`;
      }
      if (roster.membershipOf(nodeKey) !== undefined && !roster.isMember(nodeKey, now))
        return `its membership of ${config.name} ended`;
    }
    return undefined;
  }

  handleFresh(records: readonly FreshRecord[]): void {
    for (const { roster, signed } of records) {
      const network = this.networks.find((one) => one.roster === roster);
      network?.records.changed();
      const { record } = signed;
      // One that is void already only shows that its key was an issuer.
      if (record.kind === "membership" && roster.membershipOf(record.key) !== record) continue;
      // Who is revoked, or asks for another key, is known by what it has been until now.
      const key = record.kind === "rotation" ? record.signer : record.key;
      const member =
        roster.membershipOf(key)?.name ?? this.#derived.peers.find((peer) => hexOf(peer.publicKey) === key)?.name;
      const fields = { network: network?.config.name, member, id: encodeNodeId(octetsOfHex(record.key)) };
      if (record.kind === "revocation")
        this.#options.log("warn", "member-revoked", { ...fields, reason: record.reason });
      else this.#options.log("info", record.kind === "membership" ? "member" : "member-changes-key", fields);
    }
    this.#boundTime();
    this.issuer.issueDue();
    this.flooding.handleMembersChanged();
    this.onMembersChanged();
  }

  handleJoin({ guest, inviter }: JoinEnds, request: JoinRequest, answer: (answer: JoinAnswer) => void): void {
    const doubt = this.#clockDoubt;
    if (doubt !== undefined) return answer({ refusal: JoinRefusal.FAILED, text: `at the inviter, ${doubt}` });
    answer(answerJoin(this.issuer, { guest, request, inviter, unixMs: this.#unixMs() }));
    this.onInvitesChanged();
  }

  /** Keys of guests: those who may come now, and those who are told that they come too late. */
  guests(): readonly Uint8Array[] {
    return this.networks.flatMap(({ invites }) => invites.all.map(({ guest }) => octetsOfHex(guest)));
  }

  /** Acts on the records taken since the last turn; returns whether there were any. */
  settle(): boolean {
    let hasFresh = false;
    for (let fresh = this.flooding.takeFresh(); fresh.length > 0; fresh = this.flooding.takeFresh()) {
      hasFresh = true;
      this.handleFresh(fresh);
    }
    return hasFresh;
  }

  /** Every few seconds: ends what is over, and renews what ends soon. */
  tick(): void {
    const now = this.#unixMs();
    for (const { roster, records, invites, config } of this.networks) {
      // What is over by a clock that is wrong may be needed yet.
      if (this.time.isDoubtful) continue;
      if (this.time.isConfirmed && roster.sweep(now).length > 0) records.changed();
      try {
        if (invites.sweep(now)) this.onInvitesChanged();
      } catch (error) {
        this.#options.log("error", "network-not-kept", { network: config.name, problem: (error as Error).message });
      }
    }
    this.issuer.issueDue();
    const isOther = now >= this.#changeAt || now < this.#judgedAt - SET_BACK_MS;
    if (!this.settle() && isOther) this.onMembersChanged();
    this.#warn(now);
  }

  /** The members and invites of all networks, for people. */
  members(isReachable?: (key: string) => boolean): readonly NetworkMembers[] {
    return this.networks.map((kept) => membersOf(kept, this.#membersOptions(isReachable)));
  }

  /** The networks in a few figures each, for `flor status`. */
  status(isReachable: (key: string) => boolean): readonly NetworkStatus[] {
    return this.networks.map((kept) => networkStatusOf(kept, this.#membersOptions(isReachable)));
  }

  /** Of what its records say of the time, whatever its clock says. */
  #boundTime(): void {
    const rosters = this.networks.map(({ roster }) => roster);
    if (rosters.length === 0) return;
    const ends = rosters.flatMap((roster) => roster.membershipOf(this.#ownKey)?.notAfter ?? []);
    const isIssuer = rosters.some((roster) => roster.membershipOf(this.#ownKey)?.roles.includes(ISSUER) === true);
    this.time.bounds = {
      notBefore: Math.max(...rosters.map(({ newest }) => newest)),
      notAfter: ends.length === 0 ? Infinity : Math.max(...ends) * 1000,
      // The others go by its clock.
      believes: isIssuer ? "many" : "ahead",
    };
  }

  get #clockDoubt(): string | undefined {
    const { doubt } = this.time;
    return doubt && doubtText(doubt);
  }

  get #identity(): Identity {
    const [current] = this.#identities;
    return current ?? this.#options.config.identity;
  }

  get #ownKey(): string {
    return hexOf(this.#identity.publicKey);
  }

  #isMember({ publicKey }: Identity): boolean {
    const now = this.#unixMs();
    return this.networks.some(({ roster }) => roster.isMember(hexOf(publicKey), now));
  }

  #membersOptions(isReachable: MembersOptions["isReachable"]): MembersOptions {
    return { ownKey: this.#ownKey, isReachable, unixMs: this.#unixMs() };
  }

  /** Writes what was not written; nothing is kept after it. */
  close(): void {
    for (const { records } of this.networks) records.close();
  }

  /** The list pins a key that was replaced, and is not a member's any more: the name stays, and means the new key. */
  #withKeyOfToday(peer: PeerSettings): PeerSettings {
    const now = this.#unixMs();
    const old = hexOf(peer.publicKey);
    for (const { roster } of this.networks) {
      const key = roster.newestOf(old);
      if (key === old || roster.isMember(old, now) || !roster.isMember(key, now)) continue;
      const publicKey = octetsOfHex(key);
      return { ...peer, publicKey, id: encodeNodeId(publicKey) };
    }
    return peer;
  }

  #isRevoked(key: string, name: string): boolean {
    const now = this.#unixMs();
    const by = this.networks.find(({ roster }) => roster.revocationOf(key) !== undefined);
    if (by === undefined || this.networks.some(({ roster }) => roster.isMember(key, now))) return false;
    const problem = `it is listed under peers, but revoked in ${by.config.name}: remove it from the list`;
    this.#options.log("warn", "peer-revoked", { peer: name, problem });
    return true;
  }

  #warn(now: number): void {
    if (now - this.#warnedAt < WARN_AGAIN_MS) return;
    const doubt = this.#clockDoubt;
    if (doubt !== undefined) {
      this.#warnedAt = now;
      this.#options.log("warn", "clock-doubtful", { problem: doubt });
      return;
    }
    for (const { roster, config } of this.networks) {
      const own = roster.membershipOf(this.#ownKey);
      if (own !== undefined && own.notAfter * 1000 - now > WARNING_MS) continue;
      this.#warnedAt = now;
      const until = own === undefined ? undefined : new Date(own.notAfter * 1000).toISOString();
      const problem =
        own === undefined
          ? "this node is not a member, so no member talks to it: join with an invite"
          : "this node's membership ends soon: a running issuer renews it; an issuer's own is renewed with the root key";
      this.#options.log("warn", "membership-ends", { network: config.name, until, problem });
    }
  }
}
