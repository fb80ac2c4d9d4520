/** What a hostile member with valid keys can do, and its effect. */
import { createSigner } from "@flor/host";
import { signedOctets } from "@flor/link-state";
import { createIdentity } from "@flor/quic";
import { encodeAdvertisement, type SignedAdvertisement } from "@flor/wire";
import { someOctets } from "./random.ts";
import type { SimLayer } from "./sim-layer.ts";

const PER_MESSAGE = 16;
const SEED_OCTETS = 32;
const LIFETIME_SECONDS = 3600;

/**
 * A node floods its neighbours with advertisements of keys that it made up, with the last one of a stranger again and
 * again under the same sequence, and with signatures that are none, `count` in all.
 */
export function flood(layer: SimLayer, node: number, count: number, random: () => number): void {
  const advertisements = Array.from({ length: count }, (_, index) => madeUp(layer, index, random));
  for (const to of layer.node(node).adjacencies.keys())
    for (let at = 0; at < count; at += PER_MESSAGE)
      layer.inject(to, node, { advertisements: { advertisements: advertisements.slice(at, at + PER_MESSAGE) } });
}

function madeUp(layer: SimLayer, index: number, random: () => number): SignedAdvertisement {
  const victim = layer.node(Math.floor(random() * layer.nodes.length));
  const identity = createIdentity(someOctets(SEED_OCTETS, random));
  // Every second one claims to come from an existing node, and is not signed by it.
  const isForged = index % 2 === 1;
  const advertisement = encodeAdvertisement({
    origin: isForged ? victim.publicKey : identity.publicKey,
    instance: new Uint8Array(16).fill(index),
    sequence: 2 ** 52,
    deliveryLabel: 17,
    issued: 1,
    lifetime: LIFETIME_SECONDS,
    adjacencies: [{ neighbour: victim.publicKey, label: 16, mtu: 16_384, segmentMtu: 1472, cost: 1, up: true }],
  });
  return { advertisement, signature: createSigner(identity)(signedOctets(advertisement)) };
}
