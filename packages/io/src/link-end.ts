import type { Instant } from "@flor/machine";
import { BUNDLE_MAX_OCTETS, TOKEN_OCTETS, tokenFrom } from "@flor/wire";
import { windowOf } from "./credit.ts";
import { FlorIoEnd } from "./flor-io-end.ts";
import { NONCE_OCTETS } from "./handshake.ts";
import { LinkHandshake } from "./link-handshake.ts";
import type { LinkEndOptions } from "./options.ts";
import { randomFraction, randomOctets } from "./random-octets.ts";

const DEADLINE_MS = 5000;

/** The link's end of a session with its node: it says Hello at once and until it is welcome. Call `handleTimeout` first. */
export function createLinkEnd(options: LinkEndOptions, now: Instant): FlorIoEnd {
  const { transmit, queue, sink, secret, receiveBufferOctets, randomFill } = options;
  const localToken = randomOctets(randomFill, TOKEN_OCTETS);
  const window = windowOf(receiveBufferOctets);
  const handshake = new LinkHandshake(
    {
      secret,
      localToken,
      nonce: randomOctets(randomFill, NONCE_OCTETS),
      receiveDatagrams: window.datagrams,
      receiveOctets: window.octets,
      datagramMax: BUNDLE_MAX_OCTETS,
      capabilities: options.capabilities ?? [],
      ancestry: options.ancestry ?? [],
    },
    options,
    now,
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
    counters: options.counters,
  });
}
