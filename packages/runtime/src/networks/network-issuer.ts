/** What an issuer does for its networks: invites, memberships and their renewal, revocations. */
import { randomFillSync } from "node:crypto";
import { createSigner } from "@flor/host";
import {
  encodeInvite,
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
  type MembershipFlooding,
  octetsOfHex,
  parseRecord,
  ROLES_MAX,
} from "@flor/membership";
import { UnknownNameError } from "@flor/node";
import { createIdentity, encodeNodeId, type Identity, parseNodeId, type Signer } from "@flor/quic";
import { isOpen, type OpenInvite } from "./invites-file.ts";
import { type Admitting, type KeptNetwork, networkNamed } from "./kept-network.ts";

const DAY_MS = 86_400_000;
/** Names in a message at most. */
const NAMES_SHOWN = 20;

/** What an invite is to say. */
export interface InviteWish {
  /** Name of the network; may be left out if there is only one. */
  readonly network?: string | undefined;
  readonly name: string;
  readonly roles: readonly string[];
  /** Milliseconds from now. */
  readonly expiresMs: number;
  /** Days of the membership. */
  readonly days: number;
  readonly addresses: readonly InviteAddress[];
}

/** An invite that was made. */
export interface IssuedInvite {
  /** Secret. */
  readonly line: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly network: string;
  /** The invite that was open for that name is void now. */
  readonly replaces: boolean;
}

/** Who or what was shown the door. */
export interface Revoked {
  /** Name of the network. */
  readonly network: string;
  readonly kind: "member" | "invite";
  /** Absent: nobody has that key by now. */
  readonly name?: string;
  /** Absent for an invite. */
  readonly id?: string;
  /** The same, for people. */
  readonly ended: string;
}

/** Options of a {@link NetworkIssuer}. */
export interface NetworkIssuerOptions {
  /** The one that the node has now. */
  readonly identity: () => Identity;
  readonly networks: () => readonly KeptNetwork[];
  readonly flooding: MembershipFlooding;
  readonly unixMs: () => number;
  /** What is doubtful about the clock, for people: nothing is signed by a guess. `undefined`: nothing. */
  readonly clockDoubt: () => string | undefined;
  /** A record was taken outside a turn of the node. */
  readonly handleTaken: () => void;
  /** Invites were made or withdrawn. */
  readonly handleInvitesChanged: () => void;
}

/** See the head of this file. */
export class NetworkIssuer implements Admitting {
  readonly #options: NetworkIssuerOptions;
  #signer: { readonly identity: Identity; readonly sign: Signer } | undefined;

  constructor(options: NetworkIssuerOptions) {
    this.#options = options;
  }

  get networks(): readonly KeptNetwork[] {
    return this.#options.networks();
  }

  /** Makes an invite and keeps it until it is used or expires; the line is a secret. @throws Error that says why not */
  invite(wish: InviteWish): IssuedInvite {
    const kept = this.#issuing(wish.network);
    const { name, roles, days, addresses } = wish;
    const now = this.#options.unixMs();
    demandInvitable(kept, wish, now);
    const identity = this.#options.identity();
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
      addresses,
    };
    const guest = createIdentity(guestSeed(invite));
    const replaces = kept.invites.all.some((one) => one.name === name && isOpen(one) && one.expires > now);
    kept.invites.put({ guest: hexOf(guest.publicKey), name, roles, days, expires }, now);
    this.#options.handleInvitesChanged();
    return { line: encodeInvite(invite), expires, network, replaces };
  }

  /** Ends a member's membership, or withdraws its invite. @throws Error that says why not */
  revoke(wish: { network?: string | undefined; member: string; reason: string }): Revoked {
    const kept = this.#issuing(wish.network);
    const now = this.#options.unixMs();
    const members = kept.roster.members(now);
    const publicKey = parseNodeId(wish.member);
    const key = publicKey === undefined ? members.find(({ name }) => name === wish.member)?.key : hexOf(publicKey);
    if (key === undefined) {
      if (kept.invites.withdraw(wish.member)) {
        this.#options.handleInvitesChanged();
        return {
          network: kept.config.name,
          kind: "invite",
          name: wish.member,
          ended: `the invite for ${wish.member}`,
        };
      }
      throw new UnknownNameError(unknownMember(wish.member, kept.config.name, members));
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
    // Later than the membership it ends, even if that was signed by a clock that is ahead.
    const issued = Math.max(now, membership?.issued ?? 0);
    this.#mustTake(kept, issueRevocation(revocation, this.#sign, issued).octets);
    kept.records.flush();
    // Who is shown the door has no second key to it.
    if (membership !== undefined && kept.invites.withdraw(membership.name)) this.#options.handleInvitesChanged();
    const id = encodeNodeId(octetsOfHex(key));
    const name = membership?.name;
    const named = name === undefined ? { ended: id } : { name, ended: `${name}, ${id}` };
    return { network: kept.config.name, kind: "member", id, ...named };
  }

  /** Takes records that somebody else signed: the root, say. @throws Error with the first refusal */
  add(network: string | undefined, records: readonly Uint8Array[]): void {
    const kept = networkNamed(this.networks, network);
    for (const octets of records) this.#mustTake(kept, octets);
    kept.records.flush();
    const left = notEnded(records, (key) => kept.roster.isMember(key, this.#options.unixMs()));
    if (left !== undefined)
      throw new Error(
        `${kept.roster.membershipOf(left)?.name ?? left} is still a member: its membership was signed later than this machine's clock says it is now; set the clock, for example by NTP, and repeat the command`,
      );
  }

  /** Issues a membership; the node acts on it in its next turn. @throws Error when it is refused */
  admit(kept: KeptNetwork, { name, roles, days }: OpenInvite, key: string): void {
    const { network } = kept.roster;
    const now = this.#options.unixMs();
    const since = Math.floor(now / 1000);
    const wish = { network, signer: this.#ownKey, key, name, roles, days, since };
    // Later than a revocation of the same key that this invite is to undo.
    const after = (kept.roster.revocationOf(key)?.issued ?? 0) + 1;
    const membership = issueMembership(wish, this.#sign, Math.max(now, after));
    const taken = this.#options.flooding.take(kept.roster, membership.octets);
    if (taken !== "fresh") throw new Error(`the membership is refused: ${taken}`);
  }

  /**
   * Renews memberships that end soon, or that were signed with a key that this node leaves, and gives members that change
   * their key one for the new key.
   */
  issueDue(): void {
    if (this.#options.clockDoubt() !== undefined) return;
    const now = this.#options.unixMs();
    for (const { roster } of this.networks) {
      if (!roster.isIssuer(this.#ownKey, now)) continue;
      const { network } = roster;
      const issue = (wish: Renewal): void => {
        const signed = issueMembership({ network, signer: this.#ownKey, ...wish }, this.#sign, now);
        this.#options.flooding.take(roster, signed.octets);
      };
      for (const { membership, successor } of roster.members(now)) {
        if (successor !== undefined || !isRenewalDue(membership, now)) continue;
        const { key, name, roles, notBefore, notAfter, issued } = membership;
        issue({ key, name, roles, days: (notAfter - issued / 1000) / 86_400, since: notBefore });
      }
      for (const { membership, successor } of roster.members(now)) {
        const { key, name, roles, notBefore, notAfter, signer } = membership;
        // What was signed with a key that this node leaves is good for no longer than that key.
        const isOwn = signer !== this.#ownKey && roster.newestOf(signer) === this.#ownKey;
        if (!isOwn || successor !== undefined || roles.includes(ISSUER)) continue;
        issue({ key, name, roles, days: Math.max(1, (notAfter * 1000 - now) / DAY_MS), since: notBefore });
      }
      for (const { signer, key } of roster.pendingRotations(now)) {
        const old = roster.membershipOf(signer);
        if (old === undefined || old.roles.includes(ISSUER)) continue;
        const days = Math.max(1, (old.notAfter * 1000 - now) / DAY_MS);
        issue({ key, name: old.name, roles: old.roles, days, since: old.notBefore });
      }
    }
  }

  get #ownKey(): string {
    return hexOf(this.#options.identity().publicKey);
  }

  get #sign(): Signer {
    const identity = this.#options.identity();
    if (this.#signer?.identity !== identity) this.#signer = { identity, sign: createSigner(identity) };
    return this.#signer.sign;
  }

  /** The network of that name, or the only one, where this node is an issuer. @throws Error */
  #issuing(name: string | undefined): KeptNetwork {
    const kept = networkNamed(this.networks, name);
    const doubt = this.#options.clockDoubt();
    if (doubt !== undefined) throw new Error(`nothing can be signed now: ${doubt}`);
    const now = this.#options.unixMs();
    if (kept.roster.isIssuer(this.#ownKey, now)) return kept;
    const issuers = kept.roster.members(now).filter(({ key }) => kept.roster.isIssuer(key, now));
    const names = issuers.map((issuer) => issuer.name).join(", ");
    throw new Error(`this node is not an issuer of ${kept.config.name}: do it at ${names === "" ? "one" : names}`);
  }

  #mustTake(kept: KeptNetwork, octets: Uint8Array): void {
    const taken = this.#options.flooding.take(kept.roster, octets);
    if (taken !== "fresh" && taken !== "known") throw new Error(`the record is refused: ${taken}`);
    this.#options.handleTaken();
  }
}

/** A membership that follows from an earlier one. */
interface Renewal {
  readonly key: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly days: number;
  readonly since: number;
}

/** The key of a member that records revoke, and that is one still: they let it in no more themselves. */
function notEnded(records: readonly Uint8Array[], isMember: (key: string) => boolean): string | undefined {
  const parsed = records.flatMap((octets) => parseRecord(octets)?.record ?? []);
  const isGranted = (key: string): boolean => parsed.some((one) => one.kind === "membership" && one.key === key);
  return parsed.find(({ kind, key }) => kind === "revocation" && !isGranted(key) && isMember(key))?.key;
}

/** Why a name means nobody, and what may be meant. */
function unknownMember(wanted: string, network: string, members: readonly Member[]): string {
  const known = members.map(({ name }) => name).toSorted();
  const some =
    known.length > NAMES_SHOWN
      ? `${known.slice(0, NAMES_SHOWN).join(", ")} and ${known.length - NAMES_SHOWN} more`
      : known.join(", ");
  const advice = wanted.startsWith("flor1")
    ? "an id is needed whole: flor members --json shows it"
    : "an invite is withdrawn at the issuer that made it, and who was revoked is listed no more";
  return `nobody is called ${wanted} in ${network} (${advice}); members: ${some}`;
}

/** @throws Error that says why nobody can be invited so */
function demandInvitable({ roster }: KeptNetwork, { name, roles, addresses }: InviteWish, now: number): void {
  if (!isMemberName(name))
    throw new Error(`${JSON.stringify(name)} is not a valid member name: letters a to z, digits and "-", 63 at most`);
  const wrong = roles.find((role) => !isRole(role));
  if (wrong !== undefined)
    throw new Error(`${JSON.stringify(wrong)} is not a valid role: letters a to z, digits and "-"`);
  if (new Set(roles).size > ROLES_MAX) throw new Error(`a member has ${ROLES_MAX} roles at most, not ${roles.length}`);
  if (roles.includes(ISSUER))
    throw new Error("only the root key makes issuers: invite it without that role, then flor network grant");
  const holder = roster.members(now).find((member) => member.name === name);
  if (holder !== undefined)
    throw new Error(
      `${name} is already a member (${encodeNodeId(holder.publicKey)}): choose another name, or revoke it`,
    );
  if (addresses.length > INVITE_ADDRESSES_MAX)
    throw new Error(`an invite has ${INVITE_ADDRESSES_MAX} addresses at most, not ${addresses.length}`);
  if (addresses.length === 0) throw new Error("no address: say where this node is reached with --address HOST:PORT");
}
