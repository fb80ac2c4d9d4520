/**
 * The invites of one network that are open at this node, and those that were used of late. No secret lies here: the
 * public key that an invite's secret makes is enough to know its guest.
 */
import { readBoundedFile } from "@flor/host/bounded-file";
import { isMemberName, isRole } from "@flor/membership";
import { writeWhole } from "./write-whole.ts";

/** Invites of one network at this node, used ones too. */
export const INVITES_MAX = 256;
/** A larger file is not ours: two hundred and fifty-six of the longest are half of it. */
export const INVITES_FILE_MAX_OCTETS = 1_048_576;
/** How long a used, withdrawn or expired invite is still answered with a reason; afterwards it is not answered. */
export const INVITE_REMEMBERED_MS = 86_400_000;

/** One invite. Keys are 64 hexadecimal digits. */
export interface OpenInvite {
  /** The guest's key. */
  readonly guest: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Days that the membership lasts. */
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** Whom it let in; absent: nobody yet. */
  readonly usedBy?: string;
  /** When, milliseconds since 1970; absent in files from before that was kept. */
  readonly usedAt?: number;
  /** It was taken back, or another was made for the name: nobody comes in with it any more. */
  readonly withdrawn?: true;
}

/** See the head of this file. */
export class InvitesFile {
  readonly #path: string;
  #invites: readonly OpenInvite[];

  /** @throws when the file cannot be read, or holds no invites */
  constructor(path: string) {
    this.#path = path;
    this.#invites = readInvites(path);
  }

  get all(): readonly OpenInvite[] {
    return this.#invites;
  }

  ofGuest(guest: string): OpenInvite | undefined {
    return this.#invites.find((invite) => invite.guest === guest);
  }

  /**
   * Replaces the invite of the same guest; one for the same name that nobody used is withdrawn. At the bound the one that
   * is over for longest is forgotten. @throws when all others are open, or it is not written
   */
  put(invite: OpenInvite, unixMs: number): void {
    const others = this.#invites
      .filter(({ guest }) => guest !== invite.guest)
      .map((one) => (one.name === invite.name ? withdrawn(one) : one));
    this.#write([...withRoomForOne(others, unixMs), invite]);
  }

  /** Withdraws the open invite for a name; returns whether there was one. */
  withdraw(name: string): boolean {
    if (!this.#invites.some((invite) => invite.name === name && isOpen(invite))) return false;
    this.#write(this.#invites.map((one) => (one.name === name ? withdrawn(one) : one)));
    return true;
  }

  /** Forgets invites that are no longer answered; returns whether there were any. */
  sweep(unixMs: number): boolean {
    const left = this.#invites.filter(({ expires }) => expires + INVITE_REMEMBERED_MS > unixMs);
    if (left.length === this.#invites.length) return false;
    this.#write(left);
    return true;
  }

  #write(invites: readonly OpenInvite[]): void {
    writeWhole(this.#path, `${JSON.stringify({ invites }, null, 2)}\n`);
    this.#invites = invites;
  }
}

/** Whether somebody may come in with it, unless it expired. */
export function isOpen({ usedBy, withdrawn: isWithdrawn }: OpenInvite): boolean {
  return usedBy === undefined && isWithdrawn !== true;
}

function withdrawn(invite: OpenInvite): OpenInvite {
  return isOpen(invite) ? { ...invite, withdrawn: true } : invite;
}

/** @throws Error when all are open */
function withRoomForOne(invites: readonly OpenInvite[], unixMs: number): readonly OpenInvite[] {
  if (invites.length < INVITES_MAX) return invites;
  const over = invites.filter((one) => !isOpen(one) || one.expires <= unixMs);
  const oldest = over.find(({ usedBy }) => usedBy === undefined) ?? over[0];
  if (oldest === undefined)
    throw new Error(`${INVITES_MAX} invites are open: wait until some expire, or withdraw one with flor revoke NAME`);
  return invites.filter((one) => one !== oldest);
}

function readInvites(path: string): readonly OpenInvite[] {
  let text: string;
  try {
    text = readBoundedFile(path, INVITES_FILE_MAX_OCTETS).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const parsed = parse(text);
  if (parsed === undefined)
    throw new Error(`${path} is damaged: move it away, and repeat the invites that were not used`);
  return parsed;
}

function parse(text: string): readonly OpenInvite[] | undefined {
  try {
    const { invites } = JSON.parse(text) as { invites: readonly OpenInvite[] };
    return Array.isArray(invites) && invites.every(isInvite) ? invites : undefined;
  } catch {
    return undefined;
  }
}

function isInvite({ guest, name, roles, days, expires, usedBy = guest, usedAt = 0 }: OpenInvite): boolean {
  const areKeys = [guest, usedBy].every((key) => typeof key === "string" && /^[0-9a-f]{64}$/.test(key));
  const areNames = isMemberName(name) && Array.isArray(roles) && roles.every(isRole);
  return areKeys && areNames && [expires, usedAt].every(Number.isSafeInteger) && Number.isFinite(days);
}
