/** What a hostile member says: each mode makes one message after another. */
import { randomFillSync } from "node:crypto";
import type { FlorNode } from "@flor/node";
import { type ControlMessage, decodeAdvertisement, encodeAdvertisement, type SignedAdvertisement } from "@flor/wire";
import { issueRevocation, octetsOfHex } from "../../../packages/membership/src/index.ts";

/** The next message. */
export type Lies = () => ControlMessage;

const KEY_OCTETS = 32;
/** In one message: they come as fast as they can. */
const TOGETHER = 32;
const SIGNATURE_LABEL = new TextEncoder().encode("flor advertisement 2");
/** An advertisement of some 32 KiB. */
const EDGES = 600;
const NAME_OCTETS = 8;
const SUMMARY_ORIGINS = 2000;
const REQUEST_NAMES = 300;
const SENT_LABEL = 16;

/** By name. */
export const modes: Readonly<Record<string, (node: FlorNode) => Lies>> = {
  "made-up keys": () => {
    const advertisement = advertisementOf(random(KEY_OCTETS), 1, 4);
    return () => ({
      advertisements: {
        advertisements: Array.from({ length: TOGETHER }, () => {
          const octets = advertisement.slice();
          // The key stands first, behind its tag and length.
          octets.set(random(KEY_OCTETS), 2);
          return { advertisement: octets, signature: random(64) };
        }),
      },
    });
  },
  "equal sequences": (node) => {
    const own = decodeAdvertisement(node.topology.linkState.own?.advertisement ?? new Uint8Array());
    const sequence = own?.sequence ?? 1;
    let cost = 0;
    return () => ({
      advertisements: {
        advertisements: Array.from({ length: TOGETHER }, () => {
          cost += 1;
          return signed(node, advertisementOf(node.identity.publicKey, sequence, 4, cost % 60_000), cost % 64 === 0);
        }),
      },
    });
  },
  "large advertisements": (node) => {
    let sequence = Date.now() * 1000;
    return () => {
      sequence += 1;
      return {
        advertisements: { advertisements: [signed(node, advertisementOf(node.identity.publicKey, sequence, EDGES))] },
      };
    };
  },
  "large wrong signatures": (node) => {
    let sequence = Date.now() * 2000;
    return () => {
      sequence += 1;
      const advertisement = advertisementOf(node.identity.publicKey, sequence, EDGES);
      return { advertisements: { advertisements: [{ advertisement, signature: random(64) }] } };
    };
  },
  "summaries without end": () => () => ({ summary: { origins: summaryOf(SUMMARY_ORIGINS), partial: true } }),
  "summaries beyond their bound": () => () => ({ summary: { origins: summaryOf(SUMMARY_ORIGINS + 1), partial: true } }),
  "requests beyond their bound": () => () => ({ request: { names: random(REQUEST_NAMES * NAME_OCTETS) } }),
  "forged revocations": (node) => {
    const roster = node.settings.networks?.flooding.rosters[0];
    const network = roster?.network ?? "";
    const signer = Buffer.from(node.identity.publicKey).toString("hex");
    const keys = [...node.sessions.peers.keys()];
    let count = 0;
    return () => {
      count += 1;
      const key = keys[count % keys.length] ?? "";
      // By its own key, which is no issuer's, or in the root's name with a signature that is none.
      const wish = { network, signer: count % 2 === 0 ? signer : network, key, reason: `lie ${count}` };
      const { octets } = issueRevocation(
        wish,
        (message) => (count % 2 === 0 ? sign(node, message) : random(64)),
        Date.now(),
      );
      return { membership: { network: octetsOfHex(network.slice(0, 2 * NAME_OCTETS)), records: octets } };
    };
  },
};

function advertisementOf(origin: Uint8Array, sequence: number, edges: number, cost: number = 1): Uint8Array {
  return encodeAdvertisement({
    origin,
    instance: new Uint8Array(16).fill(7),
    sequence,
    deliveryLabel: SENT_LABEL,
    lifetime: 3600,
    adjacencies: Array.from({ length: edges }, (_, index) => ({
      neighbour: random(KEY_OCTETS),
      label: SENT_LABEL + 1 + index,
      mtu: 1500,
      segmentMtu: 1500,
      cost,
      up: true,
    })),
  });
}

function signed(node: FlorNode, advertisement: Uint8Array, isSigned: boolean = true): SignedAdvertisement {
  const octets = new Uint8Array([...SIGNATURE_LABEL, ...advertisement]);
  return { advertisement, signature: isSigned ? sign(node, octets) : random(64) };
}

function sign(node: FlorNode, octets: Uint8Array): Uint8Array {
  return node.settings.signatures?.sign(octets) ?? random(64);
}

function summaryOf(origins: number): Uint8Array {
  const octets = random(origins * 2 * NAME_OCTETS);
  // Sequences are below 2^53.
  for (let at = NAME_OCTETS; at < octets.length; at += 2 * NAME_OCTETS) octets.fill(0, at, at + 2);
  return octets;
}

function random(octets: number): Uint8Array {
  return randomFillSync(new Uint8Array(octets));
}
