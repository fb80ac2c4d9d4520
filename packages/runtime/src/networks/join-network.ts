/** A newcomer's side of joining: a node of its own for a moment, that is the invite's guest and says one thing. */
import { configWithout } from "@flor/config";
import { createSigner, verifySignature } from "@flor/host";
import { guestSeed, hexOf, type Invite, joinMessage, Roster, type SignedRecord, splitRecords } from "@flor/membership";
import { type JoinAnswer, NetworkTime } from "@flor/node";
import { createIdentity, encodeNodeId, type Identity } from "@flor/quic";
import { JoinRefusal } from "@flor/wire";
import { Writable } from "node:stream";
import type { RunningNode } from "../running-node.ts";
import { runNode } from "../run-node.ts";

/** The inviter answers within this time, or is not there: a link that starts on a busy machine and handshakes are in it. */
export const JOIN_MS = 60_000;
/** The newcomer's membership, its issuer's and the inviter's, with room for more. */
const RECORDS_MAX = 8;

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

/** Asks the inviter for a membership. @throws Error that says why there is none */
export async function joinNetwork(invite: Invite, { identity, version }: JoinOptions): Promise<Joined> {
  const guest = createIdentity(guestSeed(invite));
  // The inviter's clock counts for the newcomer, whatever its own says.
  const time = new NetworkTime({ wallMs: Date.now, believes: "one" });
  const message = joinMessage(invite.root, guest.publicKey, invite.inviter);
  const { promise, resolve, reject } = Promise.withResolvers<{ answer: JoinAnswer; link: string }>();
  // Time may be over while the node still starts, and nobody waits for this yet.
  promise.catch(() => {});
  const joining = {
    time,
    request: { network: invite.root, key: identity.publicKey, signature: createSigner(identity)(message) },
    handleAnswer: (answer: JoinAnswer, link: string): void => resolve({ answer, link }),
  };
  const isOver = invite.expires * 1000 <= Date.now();
  const stopWaiting = whenSilent(() => reject(new Error(silence(invite, isOver))));
  let node: RunningNode | undefined;
  try {
    const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
    node = await runNode(guestConfig(invite, guest), { version, logLevel: "error", logTo: { stream: quiet }, joining });
    const { answer, link } = await promise;
    const address = invite.addresses[Number(link.split("-")[1])];
    if (address === undefined) throw new Error("the answer came over an unknown link");
    return { ...membershipIn(answer, invite, identity, time.unixMs()), address };
  } finally {
    stopWaiting();
    await node?.close();
  }
}

/** Tells once the inviter has been silent for {@link JOIN_MS}, unless the function that it returns is called before. */
export function whenSilent(tell: () => void): () => void {
  const timer = setTimeout(tell, JOIN_MS);
  return () => clearTimeout(timer);
}

/** One link for each address: whichever leads there answers. */
function guestConfig(invite: Invite, guest: Identity): ReturnType<typeof configWithout> {
  const links = invite.addresses.map(({ kind }, at) => ({ kind, name: `${kind}-${at}` }));
  const ways = invite.addresses.map(({ kind, address }, at) => ({ link: `${kind}-${at}`, address }));
  const inviter = { name: "inviter", id: encodeNodeId(invite.inviter), links: ways };
  return configWithout({ name: "guest", links, peers: [inviter] }, guest);
}

function membershipIn(answer: JoinAnswer, invite: Invite, identity: Identity, now: number): Omit<Joined, "address"> {
  if ((answer.refusal ?? JoinRefusal.NONE) !== JoinRefusal.NONE)
    throw new Error(answer.text ? answer.text : "the inviter refused without a reason");
  const records = splitRecords(answer.records ?? new Uint8Array(), RECORDS_MAX) ?? [];
  const roster = new Roster({ root: invite.root, verify: verifySignature });
  // Issuers first, whatever their place.
  for (let round = 0; round < 2; round += 1) for (const octets of records) roster.take(octets, now);
  const own = hexOf(identity.publicKey);
  const membership = roster.membershipOf(own);
  if (membership === undefined || !roster.isMember(own, now)) {
    const clock = roster.refusals.counts["from-the-future"] > 0 || roster.refusals.counts.expired > 0;
    throw new Error(
      clock
        ? "the membership is not valid by this machine's clock: set it, for example by NTP, and join again"
        : "the inviter's answer does not make this key a member: its flor may be older, or it is not an issuer",
    );
  }
  return { records: [...roster.records.values()], expires: membership.notAfter * 1000, roles: membership.roles };
}

function silence({ addresses, inviterName, expires }: Invite, isOver: boolean): string {
  const tried = addresses.map(({ kind, address }) => `${address} (${kind})`).join(", ");
  if (isOver)
    return `the invite expired at ${new Date(expires * 1000).toISOString()} by this machine's clock, and ${inviterName} did not answer at ${tried}: ask for a new one`;
  return `${inviterName} did not answer at ${tried}: is it up, is its port open, are both clocks right, and is the invite still valid?`;
}
