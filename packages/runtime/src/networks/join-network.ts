/** A newcomer's side of joining: a node of its own for a moment, that is the invite's guest and says one thing. */
import { configWithout } from "@flor/config";
import { createSigner, verifySignature } from "@flor/host";
import {
  guestSeed,
  hexOf,
  type Invite,
  joinMessage,
  listenFor,
  Roster,
  type SignedRecord,
  splitRecords,
} from "@flor/membership";
import { type JoinAnswer, NetworkTime } from "@flor/node";
import { createIdentity, encodeNodeId, type Identity } from "@flor/quic";
import { JoinRefusal } from "@flor/wire";
import { rmSync } from "node:fs";
import { Writable } from "node:stream";
import type { RunningNode } from "../running-node.ts";
import { runNode } from "../run-node.ts";
import { stateFolder } from "../state-folder.ts";

/** The inviter answers within this time, or is not there: a link that starts on a busy machine and handshakes are in it. */
export const JOIN_MS = 60_000;
/** The same for an invite that this machine's clock takes for expired: the inviter may know better. */
export const JOIN_LATE_MS = 15_000;
/** Its only name has not been resolved by then: it does not exist, or nobody who knows names is reached. */
export const UNRESOLVED_MS = 10_000;
/** The newcomer's membership, its issuer's and the inviter's, with room for more. */
const RECORDS_MAX = 8;

/** What a link says of a name that leads to no address. */
const UNRESOLVED = /"[^"]*" cannot be resolved: \w+/;

/** Options of {@link joinNetwork}. */
export interface JoinOptions {
  readonly version: string;
  /** The newcomer's own key. */
  readonly identity: Identity;
}

/** What a newcomer receives. */
export interface Joined {
  readonly records: readonly SignedRecord[];
  /** Which of the invite's addresses answered. */
  readonly address: Invite["addresses"][number];
  /** When the membership ends, milliseconds since 1970. */
  readonly expires: number;
  readonly roles: readonly string[];
}

/** There is no membership, or none that arrived here. */
export class NotJoinedError extends Error {
  override readonly name = "NotJoinedError";
  /** The inviter may have made this key a member: the key is to be kept, and to ask again with the same invite. */
  readonly mayBeMember: boolean;

  constructor(message: string, mayBeMember: boolean) {
    super(message);
    this.mayBeMember = mayBeMember;
  }
}

/** Whether an invite has expired by this machine's clock. */
export function isOverHere({ expires }: Pick<Invite, "expires">): boolean {
  return expires * 1000 <= Date.now();
}

/** Asks the inviter for a membership. @throws NotJoinedError, or the Error of a node that cannot start */
export async function joinNetwork(invite: Invite, { identity, version }: JoinOptions): Promise<Joined> {
  const guest = createIdentity(guestSeed(invite));
  // The inviter's clock counts for the newcomer, whatever its own says.
  const time = new NetworkTime({ wallMs: Date.now, believes: "one" });
  const message = joinMessage(invite.root, guest.publicKey, invite.inviter);
  const { promise, resolve, reject } = Promise.withResolvers<{ answer: JoinAnswer; link: string }>();
  // Time may be over while the node still starts, and nobody waits for this yet.
  promise.catch(() => {});
  let wasAsked = false;
  const joining = {
    time,
    request: { network: invite.root, key: identity.publicKey, signature: createSigner(identity)(message) },
    handleAsked: (): void => void (wasAsked = true),
    handleAnswer: (answer: JoinAnswer, link: string): void => resolve({ answer, link }),
  };
  let node: RunningNode | undefined;
  const troubleNow = (): string => node?.status().peers[0]?.reason ?? "";
  const stopWaiting = whenSilent(
    () => reject(new NotJoinedError(wasAsked ? halfSilence(invite) : silence(invite, troubleNow()), wasAsked)),
    isOverHere(invite) ? JOIN_LATE_MS : JOIN_MS,
  );
  const stopResolving = whenUnresolved(invite, troubleNow, (problem) => {
    if (!wasAsked) reject(new NotJoinedError(problem, false));
  });
  // Its links keep nothing, whatever else joins meanwhile or is called so.
  const name = `guest-${hexOf(guest.publicKey).slice(0, 16)}`;
  try {
    const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
    node = await runNode(guestConfig(name, invite, guest), {
      version,
      logLevel: "error",
      logTo: { stream: quiet },
      joining,
    });
    const { answer, link } = await promise;
    const address = invite.addresses[Number(link.split("-")[1])];
    if (address === undefined) throw new NotJoinedError("the answer came over an unknown link", true);
    return { ...membershipIn(answer, invite, identity, time.unixMs()), address };
  } finally {
    stopWaiting();
    stopResolving();
    await node?.close();
    forgetState(name);
  }
}

/** Removes what a node's links kept. What cannot be removed, as where a user has no home, is worth no answer of an inviter. */
export function forgetState(name: string): void {
  try {
    rmSync(stateFolder(name), { recursive: true, force: true });
  } catch {
    // A folder that is left over does no harm.
  }
}

/** Tells once the inviter has been silent for a time, unless the function that it returns is called before. */
export function whenSilent(tell: () => void, ms: number = JOIN_MS): () => void {
  const timer = setTimeout(tell, ms);
  return () => clearTimeout(timer);
}

/** Tells after {@link UNRESOLVED_MS} that the inviter's only name leads nowhere, if its link says so then. */
export function whenUnresolved(invite: Invite, trouble: () => string, tell: (problem: string) => void): () => void {
  return whenSilent(() => {
    if (invite.addresses.length === 1 && UNRESOLVED.test(trouble())) tell(silence(invite, trouble()));
  }, UNRESOLVED_MS);
}

/** One link for each address: whichever leads there answers. */
function guestConfig(name: string, invite: Invite, guest: Identity): ReturnType<typeof configWithout> {
  const links = invite.addresses.map((one, at) => ({ kind: one.kind, name: `${one.kind}-${at}`, ...listenFor(one) }));
  const ways = invite.addresses.map(({ kind, address }, at) => ({ link: `${kind}-${at}`, address }));
  const inviter = { name: "inviter", id: encodeNodeId(invite.inviter), links: ways };
  return configWithout({ name, links, peers: [inviter] }, guest);
}

function membershipIn(answer: JoinAnswer, invite: Invite, identity: Identity, now: number): Omit<Joined, "address"> {
  if ((answer.refusal ?? JoinRefusal.NONE) !== JoinRefusal.NONE)
    throw new NotJoinedError(answer.text ? answer.text : "the inviter refused without a reason", false);
  const records = splitRecords(answer.records ?? new Uint8Array(), RECORDS_MAX) ?? [];
  const roster = new Roster({ root: invite.root, verify: verifySignature });
  // Issuers first, whatever their place.
  for (let round = 0; round < 2; round += 1) for (const octets of records) roster.take(octets, now);
  const own = hexOf(identity.publicKey);
  const membership = roster.membershipOf(own);
  if (membership === undefined || !roster.isMember(own, now)) {
    const clock = roster.refusals.counts["from-the-future"] > 0 || roster.refusals.counts.expired > 0;
    throw new NotJoinedError(
      clock
        ? "the membership is not valid by this machine's clock: set it, for example by NTP, and join again with the same line"
        : "the inviter's answer does not make this key a member: its flor may be older, or it is not an issuer",
      true,
    );
  }
  return { records: [...roster.records.values()], expires: membership.notAfter * 1000, roles: membership.roles };
}

function silence(invite: Invite, trouble: string): string {
  const { inviterName, expires } = invite;
  const tried = placesOf(invite);
  const unresolved = UNRESOLVED.exec(trouble)?.[0];
  if (isOverHere(invite))
    return `the invite expired at ${new Date(expires * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC by this machine's clock, and ${inviterName} did not answer at ${tried}: ask for a new one`;
  const why =
    unresolved ??
    "is it up, is its port open, are both clocks right, and is the invite still valid? Its log may say (knock)";
  return `${inviterName} did not answer at ${tried}: ${why}`;
}

function halfSilence(invite: Invite): string {
  return `${invite.inviterName} was asked at ${placesOf(invite)}, and did not answer in time: repeat the command with the same line`;
}

/** Where an invite says that its inviter is, for people. */
export function placesOf({ addresses }: Pick<Invite, "addresses">): string {
  return addresses.map(({ kind, address }) => `${address} (${kind})`).join(", ");
}
