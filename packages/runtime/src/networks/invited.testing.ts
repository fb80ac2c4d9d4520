/** An issuer, its members to be, and what they ask of each other. */
import { join } from "node:path";
import type { NetworkConfig } from "@flor/config";
import { createSigner } from "@flor/host";
import { decodeInvite, guestSeed, hexOf, type Invite, ISSUER, issueMembership, joinMessage } from "@flor/membership";
import type { JoinAnswer, PeerSettings } from "@flor/node";
import { createIdentity, type Identity } from "@flor/quic";
import { JoinRefusal } from "@flor/wire";
import { expect } from "vitest";
import type { NetworkKeeper } from "./network-keeper.ts";

const DAY_MS = 86_400_000;

/** An identity by its number. */
export const identityOf = (n: number): Identity => createIdentity(new Uint8Array(32).fill(n));
/** The root key of the network. */
export const root: Identity = identityOf(1);
/** Its issuer. */
export const vm: Identity = identityOf(2);
/** Two who are to be members. */
export const laptop: Identity = identityOf(3);
export const phone: Identity = identityOf(4);
/** The network, as records name it. */
export const network: string = hexOf(root.publicKey);

/** The network as configured, its files in a folder. */
export const configIn = (folder: string, name = "home"): NetworkConfig => ({
  name,
  id: "flornet1…",
  root: root.publicKey,
  addresses: undefined,
  recordsFile: join(folder, `${name}.network`),
  invitesFile: join(folder, `${name}.invites`),
});

/** The root's word that a key is an issuer. @param issuedMs milliseconds since 1970 */
export function issuerRecord(of: Identity, name: string, issuedMs: number, days = 400): Uint8Array {
  const wish = { network, signer: network, key: hexOf(of.publicKey), name, roles: [ISSUER], days };
  return issueMembership(wish, createSigner(root), issuedMs).octets;
}

/** What the line of a new invite says. */
export function invite(keeper: NetworkKeeper, name: string, roles: readonly string[] = []): Invite {
  const addresses = [{ kind: "udp", address: "127.0.0.1:4600" } as const];
  const { line } = keeper.issuer.invite({ name, roles, expiresMs: DAY_MS, days: 300, addresses });
  const decoded = decodeInvite(line);
  if ("problem" in decoded) throw new Error(decoded.problem);
  return decoded;
}

/** What the inviter answers a newcomer. */
export function ask(
  keeper: NetworkKeeper,
  { invite: line, by, signer = by }: { invite: Invite; by: Identity; signer?: Identity },
): JoinAnswer {
  const guest = createIdentity(guestSeed(line)).publicKey;
  const signature = createSigner(signer)(joinMessage(root.publicKey, guest, vm.publicKey));
  const answers: JoinAnswer[] = [];
  keeper.handleJoin(
    { guest, inviter: vm.publicKey },
    { network: root.publicKey, key: by.publicKey, signature },
    (answer) => answers.push(answer),
  );
  keeper.settle();
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

/** Lets a key in by an invite. */
export const admit = (keeper: NetworkKeeper, name: string, by: Identity, roles: readonly string[] = []): void => {
  expect(ask(keeper, { invite: invite(keeper, name, roles), by }).refusal).toBe(JoinRefusal.NONE);
};
/** What peers are called. */
export const namesOf = (peers: readonly PeerSettings[]): string[] => peers.map(({ name }) => name);
