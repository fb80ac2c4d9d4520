/**
 * The networks of one node: their records on disk, who follows from them to be a peer, and, where the node is an issuer,
 * invites, renewals and revocations.
 */
import { randomFillSync } from "node:crypto";
import type { Config, NetworkConfig } from "@flor/config";
import { createSigner, verifySignature } from "@flor/host";
import {
  encodeInvite,
  type FreshRecord,
  guestSeed,
  hexOf,
  INVITE_ADDRESSES_MAX,
  INVITE_SECRET_OCTETS,
  type InviteAddress,
  isMemberName,
  isRenewalDue,
  isRole,
  ISSUER,
  issueMembership,
  issueRevocation,
  type Member,
  MembershipFlooding,
  octetsOfHex,
  Roster,
  type Taken,
} from "@flor/membership";
import type { JoinAnswer, JoinRequest, NetworkStatus, NodeNetworks, PeerSettings } from "@flor/node";
import { createIdentity, encodeNodeId, parseNodeId, type Signer } from "@flor/quic";
import type { Who } from "@flor/route";
import { InvitesFile, type OpenInvite } from "./invites-file.ts";
import { answerJoin } from "./answer-join.ts";
import type { Admitting, KeptNetwork } from "./kept-network.ts";
import { type MemberPeers, memberPeersOf, NOBODY } from "./member-peers.ts";
import { type MembersOptions, membersOf, networkStatusOf, type NetworkMembers } from "./network-members.ts";
import { RecordsFile } from "./records-file.ts";

/** Members that end soon are told of this long before. */
const WARNING_MS = 7 * 86_400_000;
const WARN_AGAIN_MS = 86_400_000;

/** Options of a {@link NetworkKeeper}. */
export interface NetworkKeeperOptions {
  readonly config: Pick<Config, "networks" | "identity">;
  readonly log: (level: "info" | "warn" | "error", step: string, fields: Readonly<Record<string, unknown>>) => void;
  /** @default the wall clock */
  readonly unixMs?: () => number;
}

/** What an invite is to say. */
export interface InviteWish {
  /** Name of the network; may be left out where there is one. */
  readonly network?: string | undefined;
  readonly name: string;
  readonly roles: readonly string[];
  /** Milliseconds from now. */
  readonly expiresMs: number;
  /** Days of the membership. */
  readonly days: number;
  readonly addresses: readonly InviteAddress[];
}

/** See the head of this file. */
export class NetworkKeeper implements NodeNetworks, Admitting {
  readonly flooding: MembershipFlooding;
  readonly networks: readonly KeptNetwork[];
  /** Who belongs here changed. */
  onMembersChanged: () => void = () => {};
  /** Invites were made, or are over. */
  onInvitesChanged: () => void = () => {};
  readonly #options: NetworkKeeperOptions;
  readonly #unixMs: () => number;
  readonly #ownKey: string;
  readonly #sign: Signer;
  #derived: MemberPeers = NOBODY;
  #changeAt = Infinity;
  #warnedAt = -Infinity;

  /** @throws when a file of a network cannot be read */
  constructor(options: NetworkKeeperOptions) {
    this.#options = options;
    const { config, log, unixMs = Date.now } = options;
    this.#unixMs = unixMs;
    this.#ownKey = hexOf(config.identity.publicKey);
    this.#sign = createSigner(config.identity);
    this.flooding = new MembershipFlooding({ unixMs });
    this.networks = config.networks.map((network) => {
      const roster = new Roster({ root: network.root, verify: verifySignature, refusals: this.flooding.refusals });
      roster.restore(RecordsFile.read(network.recordsFile), unixMs());
      const handleFailed = (problem: string): void =>
        log("error", "network-not-kept", { network: network.name, file: network.recordsFile, problem });
      const records = new RecordsFile({
        path: network.recordsFile,
        records: () => roster.records.values(),
        handleFailed,
      });
      return { config: network, roster, records, invites: new InvitesFile(network.invitesFile) };
    });
    for (const { roster } of this.networks) this.flooding.add(roster);
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
      ownKey: this.#ownKey,
      handleLeftOut: (member) =>
        this.#options.log("error", "member-left-out", { member, problem: "its key or name is another peer's" }),
    });
    this.#changeAt = Math.min(...this.networks.map(({ roster }) => roster.nextChange(now)));
    return this.#derived.peers;
  }

  /** Who a peer is, for rules. */
  whoOf(peer: string): Who {
    return { node: peer, roles: this.#derived.roles.get(peer) ?? [] };
  }

  /** The peers that a route's name means: while a key is replaced, two. */
  namesOf(name: string): readonly string[] {
    return this.#derived.aliases.get(name) ?? [name];
  }

  isOfLayer(nodeKey: string): boolean {
    if (this.#derived.keys.has(nodeKey)) return true;
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
    const now = this.#unixMs();
    const theirs = this.networks.filter(({ roster }) => roster.isMember(neighbour, now));
    const its = this.networks.filter(({ roster }) => roster.isMember(nodeKey, now));
    return theirs.length === 0 || its.length === 0 || its.some((network) => theirs.includes(network));
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
        return `its membership of ${config.name} is over`;
    }
    return undefined;
  }

  handleFresh(records: readonly FreshRecord[]): void {
    for (const { roster, signed } of records) {
      const network = this.networks.find((one) => one.roster === roster);
      network?.records.changed();
      const { record } = signed;
      const member = roster.membershipOf(record.key)?.name;
      const fields = { network: network?.config.name, member, id: encodeNodeId(octetsOfHex(record.key)) };
      if (record.kind === "revocation")
        this.#options.log("warn", "member-revoked", { ...fields, reason: record.reason });
      else this.#options.log("info", record.kind === "membership" ? "member" : "member-changes-key", fields);
    }
    this.#issueDue();
    this.flooding.handleMembersChanged();
    this.onMembersChanged();
  }

  handleJoin(guest: Uint8Array, request: JoinRequest, answer: (answer: JoinAnswer) => void): void {
    const { identity } = this.#options.config;
    answer(answerJoin(this, { guest, request, inviter: identity.publicKey, unixMs: this.#unixMs() }));
    this.onInvitesChanged();
  }

  /** The keys of guests that may come now, or are to be told that they come too late. */
  guests(): readonly Uint8Array[] {
    return this.networks.flatMap(({ invites }) => invites.all.map(({ guest }) => octetsOfHex(guest)));
  }

  /** Does what follows from records that are held since the last turn; whether there were any. */
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
      if (roster.sweep(now).length > 0) records.changed();
      try {
        if (invites.sweep(now)) this.onInvitesChanged();
      } catch (error) {
        this.#options.log("error", "network-not-kept", { network: config.name, problem: (error as Error).message });
      }
    }
    this.#issueDue();
    if (!this.settle() && now >= this.#changeAt) this.onMembersChanged();
    this.#warn(now);
  }

  /** Makes an invite, and remembers it; the line is a secret. @throws Error that says why not */
  invite(wish: InviteWish): { readonly line: string; readonly expires: number; readonly network: string } {
    const kept = this.issuing(wish.network);
    const { name, roles, days, addresses } = wish;
    if (!isMemberName(name))
      throw new Error(`${JSON.stringify(name)} is no name for a member: letters a to z, digits and "-", 63 at most`);
    const wrong = roles.find((role) => !isRole(role));
    if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} is no role: letters a to z, digits and "-"`);
    if (roles.includes(ISSUER))
      throw new Error("issuers are made with the root key: invite it, then flor network grant");
    const now = this.#unixMs();
    const holder = kept.roster.members(now).find((member) => member.name === name);
    if (holder !== undefined)
      throw new Error(
        `${name} is a member already (${encodeNodeId(holder.publicKey)}): choose another name, or revoke it`,
      );
    if (addresses.length === 0) throw new Error("no address: say where this node is reached with --address HOST:PORT");
    const { identity } = this.#options.config;
    const own = kept.roster.membershipOf(this.#ownKey);
    const secret = randomFillSync(new Uint8Array(INVITE_SECRET_OCTETS));
    const { root, name: network } = kept.config;
    const expires = now + wish.expiresMs;
    const invite = {
      root,
      network,
      secret,
      name,
      inviter: identity.publicKey,
      inviterName: own?.name ?? "issuer",
      expires: Math.floor(expires / 1000),
      addresses: addresses.slice(0, INVITE_ADDRESSES_MAX),
    };
    const guest = createIdentity(guestSeed(invite));
    kept.invites.put({ guest: hexOf(guest.publicKey), name, roles, days, expires });
    this.onInvitesChanged();
    return { line: encodeInvite(invite), expires, network };
  }

  /** Ends a member's membership, or takes back its invite. @throws Error that says why not */
  revoke(wish: { network?: string | undefined; member: string; reason: string }): { readonly ended: string } {
    const kept = this.issuing(wish.network);
    const now = this.#unixMs();
    const publicKey = parseNodeId(wish.member);
    const key = publicKey === undefined ? this.#memberNamed(kept, wish.member)?.key : hexOf(publicKey);
    if (key === undefined) {
      if (kept.invites.withdraw(wish.member)) {
        this.onInvitesChanged();
        return { ended: `the invite for ${wish.member}` };
      }
      const known = kept.roster.members(now).map(({ name }) => name);
      throw new Error(`nobody is called ${wish.member} in ${kept.config.name}; members: ${known.join(", ")}`);
    }
    if (key === this.#ownKey)
      throw new Error("this is the node itself: revoke it at another issuer, or with the root key");
    const membership = kept.roster.membershipOf(key);
    if (membership?.roles.includes(ISSUER) === true)
      throw new Error(
        `${membership.name} is an issuer: only the root key ends that, flor revoke ${membership.name} --root FILE`,
      );
    const { network } = kept.roster;
    const revocation = { network, signer: this.#ownKey, key, reason: wish.reason };
    // Later than what it ends, whatever the clock of who signed that.
    const issued = Math.max(now, membership?.issued ?? 0);
    this.#mustTake(kept, issueRevocation(revocation, this.#sign, issued).octets);
    kept.records.flush();
    return { ended: membership === undefined ? wish.member : `${membership.name}, ${encodeNodeId(octetsOfHex(key))}` };
  }

  /** Takes records that somebody else signed: the root, say. @throws Error with the first refusal */
  add(network: string | undefined, records: readonly Uint8Array[]): void {
    const kept = this.named(network);
    for (const octets of records) this.#mustTake(kept, octets);
    kept.records.flush();
  }

  /** Issues a membership; the next turn, or {@link settle}, does what follows from it. @throws Error when it is refused */
  admit(kept: KeptNetwork, { name, roles, days }: OpenInvite, key: string): void {
    const { network } = kept.roster;
    const now = this.#unixMs();
    const since = Math.floor(now / 1000);
    const wish = { network, signer: this.#ownKey, key, name, roles, days, since };
    // Later than a revocation of the same key that this invite is to undo.
    const after = (kept.roster.revocationOf(key)?.issued ?? 0) + 1;
    const taken = this.flooding.take(kept.roster, issueMembership(wish, this.#sign, Math.max(now, after)).octets);
    if (taken !== "fresh") throw new Error(`the membership is refused: ${taken}`);
  }

  /** The members and invites of all networks, for people. */
  members(isReachable?: (key: string) => boolean): readonly NetworkMembers[] {
    return this.networks.map((kept) => membersOf(kept, this.#membersOptions(isReachable)));
  }

  /** The networks in a few figures each, for `flor status`. */
  status(isReachable: (key: string) => boolean): readonly NetworkStatus[] {
    return this.networks.map((kept) => networkStatusOf(kept, this.#membersOptions(isReachable)));
  }

  #membersOptions(isReachable: MembersOptions["isReachable"]): MembersOptions {
    return { ownKey: this.#ownKey, isReachable, unixMs: this.#unixMs() };
  }

  /** The network of that name, or the only one. @throws Error when there is none, or no name and several */
  named(name: string | undefined): KeptNetwork {
    const known = this.networks.map(({ config }) => config.name);
    if (known.length === 0)
      throw new Error("this node belongs to no network: flor network create NAME, or flor join LINE");
    if (name === undefined && known.length > 1) throw new Error(`several networks: name one of ${known.join(", ")}`);
    const kept = this.networks.find(({ config }) => name === undefined || config.name === name);
    if (kept === undefined) throw new Error(`no network is called ${name ?? ""}; known: ${known.join(", ")}`);
    return kept;
  }

  /** The same, where this node is an issuer. @throws Error */
  issuing(name: string | undefined): KeptNetwork {
    const kept = this.named(name);
    if (kept.roster.isIssuer(this.#ownKey, this.#unixMs())) return kept;
    const issuers = kept.roster.members(this.#unixMs()).filter(({ key }) => kept.roster.isIssuer(key, this.#unixMs()));
    const names = issuers.map((issuer) => issuer.name).join(", ");
    throw new Error(`this node is no issuer of ${kept.config.name}: do it at ${names === "" ? "one" : names}`);
  }

  /** Writes what was not written; nothing is kept after it. */
  close(): void {
    for (const { records } of this.networks) records.close();
  }

  #mustTake(kept: KeptNetwork, octets: Uint8Array): void {
    const taken: Taken = this.flooding.take(kept.roster, octets);
    if (taken !== "fresh" && taken !== "known") throw new Error(`the record is refused: ${taken}`);
    this.settle();
  }

  #memberNamed({ roster }: KeptNetwork, name: string): Member | undefined {
    return roster.members(this.#unixMs()).find((member) => member.name === name);
  }

  /** Renews memberships that end soon, and gives those who change their key one for the new. */
  #issueDue(): void {
    const now = this.#unixMs();
    for (const { roster } of this.networks) {
      if (!roster.isIssuer(this.#ownKey, now)) continue;
      const { network } = roster;
      for (const { membership, successor } of roster.members(now)) {
        if (successor !== undefined || !isRenewalDue(membership, now)) continue;
        const { key, name, roles, notBefore, notAfter, issued } = membership;
        const days = (notAfter - issued / 1000) / 86_400;
        const wish = { network, signer: this.#ownKey, key, name, roles, days, since: notBefore };
        this.flooding.take(roster, issueMembership(wish, this.#sign, now).octets);
      }
      for (const { signer, key } of roster.pendingRotations(now)) {
        const old = roster.membershipOf(signer);
        if (old === undefined || old.roles.includes(ISSUER)) continue;
        const days = Math.max(1, (old.notAfter * 1000 - now) / 86_400_000);
        const wish = {
          network,
          signer: this.#ownKey,
          key,
          name: old.name,
          roles: old.roles,
          days,
          since: old.notBefore,
        };
        this.flooding.take(roster, issueMembership(wish, this.#sign, now).octets);
      }
    }
  }

  /** The list pins a key that was replaced, and is not a member's any more: the name stays, and means the new key. */
  #withKeyOfToday(peer: PeerSettings): PeerSettings {
    const now = this.#unixMs();
    const old = hexOf(peer.publicKey);
    for (const { roster } of this.networks) {
      const key = roster.successorOf(old);
      if (key === undefined || roster.isMember(old, now) || !roster.isMember(key, now)) continue;
      const publicKey = octetsOfHex(key);
      return { ...peer, publicKey, id: encodeNodeId(publicKey) };
    }
    return peer;
  }

  #isRevoked(key: string, name: string): boolean {
    const now = this.#unixMs();
    const by = this.networks.find(({ roster }) => roster.revocationOf(key) !== undefined);
    if (by === undefined || this.networks.some(({ roster }) => roster.isMember(key, now))) return false;
    const problem = `it is listed under peers, and revoked in ${by.config.name}: take it from the list`;
    this.#options.log("warn", "peer-revoked", { peer: name, problem });
    return true;
  }

  #warn(now: number): void {
    if (now - this.#warnedAt < WARN_AGAIN_MS) return;
    for (const { roster, config } of this.networks) {
      const own = roster.membershipOf(this.#ownKey);
      if (own !== undefined && own.notAfter * 1000 - now > WARNING_MS) continue;
      this.#warnedAt = now;
      const until = own === undefined ? undefined : new Date(own.notAfter * 1000).toISOString();
      const problem =
        own === undefined
          ? "this node is no member, so no other member speaks to it: join with an invite"
          : "this node's membership ends soon: an issuer that runs renews it; the root key renews an issuer's";
      this.#options.log("warn", "membership-ends", { network: config.name, until, problem });
    }
  }
}

/** Puts records to those that are known of a network whose node does not run. @throws Error when one is refused */
export function saveRecords(network: NetworkConfig, records: readonly Uint8Array[]): void {
  const roster = new Roster({ root: network.root, verify: verifySignature });
  roster.restore([...RecordsFile.read(network.recordsFile), ...records], Date.now());
  const file = new RecordsFile({
    path: network.recordsFile,
    records: () => roster.records.values(),
    handleFailed: (problem) => {
      throw new Error(`${network.recordsFile} cannot be written: ${problem}`);
    },
  });
  file.changed();
  file.close();
}
