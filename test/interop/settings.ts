/** Which peers are met, how much is carried, and with what certificates. */
import { createOpensslProvider } from "@flor/host/openssl";
import { UdpRelay } from "@flor/impairment";
import { createCredentials, createIdentity } from "@flor/quic";
import type { CryptoProvider } from "@flor/quic/engine";
import { aioquic, type PeerProgram, quiche, quicGo, quinn } from "./peer-program.ts";

/** `npm run interop` sets it: every implementation, and full lengths. */
const IS_FULL = process.env["FLOR_INTEROP_ALL"] === "1";

export const PEERS: readonly PeerProgram[] = IS_FULL ? [aioquic, quicGo, quinn, quiche] : [aioquic, quicGo];
/** quiche has no call that begins a key update. */
export const UPDATERS: readonly PeerProgram[] = PEERS.filter((peer) => peer !== quiche);
/** Clients that offer a version that nobody speaks first. */
export const NEGOTIATORS: readonly PeerProgram[] = IS_FULL ? [aioquic, quiche] : [aioquic];
/** Those that know a stateless reset, or send one. */
export const RESETTERS: readonly PeerProgram[] = IS_FULL ? [quicGo, quiche] : [quicGo];

/** Octets of a transfer over a path that loses a fifth: senders take a second for a megabyte there. */
export const LOSSY_OCTETS: number = IS_FULL ? 10_000_000 : 1_000_000;

/** Octets of the longest transfer with a peer. */
export function longOctets(peer: PeerProgram): number {
  return IS_FULL || peer !== aioquic ? 100_000_000 : 20_000_000;
}

const credentials = createCredentials(createIdentity(new Uint8Array(32).fill(7)));

/** A node's certificate, shown to strangers and asked from nobody. */
export const towardsStrangers: CryptoProvider = createOpensslProvider({ peers: "strangers", credentials });

/** The same, and as many issuers' as make the server's first flight longer than three of a client's datagrams. */
export const withLargeChain: CryptoProvider = createOpensslProvider({
  peers: "strangers",
  credentials: {
    certificatePem: Buffer.concat(Array.from({ length: 20 }, () => credentials.certificatePem)),
    keyPem: credentials.keyPem,
  },
});

/** As nodes do: both ends show a certificate with an Ed25519 key. */
export const amongNodes: CryptoProvider = createOpensslProvider({ credentials });

/** A path to a port of 127.0.0.1; its `leftPort` stands for it. */
export function pathTo(port: number, impairments: Parameters<UdpRelay["change"]>[0], seed = 7): Promise<UdpRelay> {
  return UdpRelay.start({ right: { address: "127.0.0.1", port }, impairments, seed });
}

/** 0 … count - 1. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
