import { verifySignature } from "@flor/host";
import { hexOf, joinMessage } from "@flor/membership";
import type { JoinAnswer, JoinRequest } from "@flor/node";
import { encodeNodeId, parseNodeId } from "@flor/quic";
import { JoinRefusal } from "@flor/wire";
import type { OpenInvite } from "./invites-file.ts";
import type { Admitting, KeptNetwork } from "./kept-network.ts";

const DAY_MS = 86_400_000;

/** A guest's wish, and at whose door. */
export interface JoinWish {
  /** Public key that the invite made, 32 octets. */
  readonly guest: Uint8Array;
  readonly request: JoinRequest;
  /** This node's public key. */
  readonly inviter: Uint8Array;
  readonly unixMs: number;
}

/**
 * Makes a guest's key a member, once for each invite: who used it is on disk before anybody learns of it. The same key gets
 * the same answer again, in case the first was lost.
 */
export function answerJoin(issuer: Admitting, { guest, request, inviter, unixMs }: JoinWish): JoinAnswer {
  const guestKey = hexOf(guest);
  const kept = issuer.networks.find(({ invites }) => invites.ofGuest(guestKey) !== undefined);
  const invite = kept?.invites.ofGuest(guestKey);
  const { network, key, signature } = request;
  if (kept === undefined || invite === undefined) return refused("FAILED", "the invite was withdrawn");
  const { roster, config, invites } = kept;
  const isWhole =
    network && key && signature && hexOf(network) === roster.network && parseNodeId(encodeNodeId(key)) !== undefined;
  if (!isWhole || !verifySignature(key, joinMessage(network, guest, inviter), signature))
    return refused("MALFORMED", "the request is malformed, or not signed by the key that it names");
  const newcomer = hexOf(key);
  if (invite.usedBy !== undefined && invite.usedBy !== newcomer)
    return refused("USED", "the invite was used already by another key: ask for a new one");
  const isAgain = invite.usedBy === newcomer && roster.isMember(newcomer, unixMs);
  if (!isAgain) {
    // What it gave was taken back since then; it must not come back by the same line.
    if (invite.usedBy !== undefined && hasEnded(roster, newcomer, invite, unixMs))
      return refused("USED", "the invite was used already, and its membership is over: ask for a new one");
    if (invite.withdrawn === true) return refused("FAILED", "the invite was withdrawn: ask for a new one");
    if (invite.expires <= unixMs)
      return refused("EXPIRED", `the invite expired at ${minuteOf(invite.expires)}: ask for a new one`);
    if (!roster.isIssuer(hexOf(inviter), unixMs))
      return refused("NOT_AN_ISSUER", `the inviter is no longer an issuer of ${config.name}: ask another one`);
    const member = roster.members(unixMs).find(({ key: one }) => one === newcomer);
    if (member !== undefined)
      return refused(
        "NAME_TAKEN",
        `this machine's key is already a member, as ${member.name}; the invite was not used`,
      );
    const holder = roster.members(unixMs).find(({ name }) => name === invite.name);
    if (holder !== undefined)
      return refused("NAME_TAKEN", `${invite.name} is already another member: ask for an invite with another name`);
    try {
      invites.put({ ...invite, usedBy: newcomer, usedAt: invite.usedAt ?? unixMs }, unixMs);
      admitOrUndo(issuer, { kept, invite, newcomer, unixMs });
    } catch (error) {
      return refused("FAILED", (error as Error).message);
    }
  }
  return { refusal: JoinRefusal.NONE, records: recordsFor(kept, hexOf(inviter), newcomer) };
}

/** An invite that made nobody a member is as good as before. @throws Error that says why it made none */
function admitOrUndo(
  issuer: Admitting,
  { kept, invite, newcomer, unixMs }: { kept: KeptNetwork; invite: OpenInvite; newcomer: string; unixMs: number },
): void {
  try {
    issuer.admit(kept, invite, newcomer);
  } catch (error) {
    kept.invites.put(invite, unixMs);
    throw error;
  }
}

/**
 * Whether a key was a member, or was revoked: one that was never told of its membership was neither. What ended is forgotten
 * after a day, so the time since is asked, too.
 */
function hasEnded(roster: KeptNetwork["roster"], key: string, { usedAt, days }: OpenInvite, unixMs: number): boolean {
  const isPast = usedAt !== undefined && usedAt + days * DAY_MS <= unixMs;
  return isPast || roster.revocationOf(key) !== undefined || roster.membershipOf(key) !== undefined;
}

function minuteOf(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function recordsFor({ roster }: KeptNetwork, inviter: string, newcomer: string): Uint8Array {
  // It may be signed by a key that this node took since it made the invite.
  const keys = [inviter, roster.membershipOf(newcomer)?.signer, newcomer];
  const own = [...roster.records.values()].filter(
    // One that was revoked, of a newcomer that was an issuer, would count where the revocation is not known yet.
    ({ record }) => keys.includes(record.key) && record === roster.membershipOf(record.key),
  );
  return new Uint8Array(Buffer.concat(own.map(({ octets }) => octets)));
}

function refused(refusal: keyof typeof JoinRefusal, text: string): JoinAnswer {
  return { refusal: JoinRefusal[refusal], text };
}
