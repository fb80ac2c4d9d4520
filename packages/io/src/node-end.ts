import type { Instant } from "@flor/machine";
import { BUNDLE_MAX_OCTETS, TOKEN_OCTETS, tokenFrom } from "@flor/wire";
import { windowOf } from "./credit.ts";
import { FlorIoEnd } from "./flor-io-end.ts";
import { NONCE_OCTETS } from "./handshake.ts";
import { type AncestryCheck, NodeHandshake } from "./node-handshake.ts";
import type { NodeEndOptions } from "./options.ts";
import { randomFraction, randomOctets } from "./random-octets.ts";

const DEADLINE_MS = 5000;
const KEEPALIVE_MS = 1000;
/** Nodes on top of each other at most. */
export const ANCESTRY_MAX = 8;

/** The node's end of a session with a link: it waits for the link's Hello. */
export function createNodeEnd(options: NodeEndOptions, now: Instant): FlorIoEnd {
  const { transmit, queue, sink, secret, receiveBufferOctets, randomFill, ancestry = [] } = options;
  const localToken = randomOctets(randomFill, TOKEN_OCTETS);
  const window = windowOf(receiveBufferOctets);
  const handshake = new NodeHandshake(
    {
      secret,
      localToken,
      nonce: randomOctets(randomFill, NONCE_OCTETS),
      receiveDatagrams: window.datagrams,
      receiveOctets: window.octets,
      datagramMax: BUNDLE_MAX_OCTETS,
      capabilities: options.capabilities ?? [],
      ancestry,
    },
    options.keepaliveMs ?? KEEPALIVE_MS,
    ancestryCheck(ancestry),
  );
  return new FlorIoEnd({
    localToken: tokenFrom(localToken),
    handshake,
    transmit,
    queue,
    sink,
    receiveBufferOctets,
    random: randomFraction(randomFill),
    deadline: now + (options.deadlineMs ?? DEADLINE_MS),
  });
}

/** Refuses a link that stands on this very node, or on too many. */
function ancestryCheck(own: readonly Uint8Array[]): AncestryCheck {
  return (beneath) => {
    if (beneath.length + own.length > ANCESTRY_MAX) return `more than ${ANCESTRY_MAX} layers of nodes`;
    const isOwn = (id: Uint8Array): boolean => own.some((one) => one.every((octet, index) => octet === id[index]));
    return beneath.some(isOwn) ? "the link leads back to this node itself" : undefined;
  };
}
