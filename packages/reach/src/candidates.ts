/** Which addresses two peers tell each other, and which of the other's are tried. */
import { addressOf, hostAddressOf, isWithin, scopeOf, type UdpAddress } from "./udp-address.ts";

/** Addresses that a node tells of itself, and takes of a peer, at most. */
export const CANDIDATES_MAX = 16;

/** How many of a peer's addresses are not tried, and why. */
export interface Refused {
  /** No address, or more than {@link CANDIDATES_MAX}. */
  readonly malformed: number;
  /** Loopback, link-local, multicast and the like. */
  readonly forbidden: number;
  /** Of a private network that this machine is not in. */
  readonly elsewhere: number;
}

/**
 * What a node tells a peer of itself, the nearest first.
 *
 * @param hosts its own addresses, as its link tells them
 * @param reflexive what neighbours see it under
 * @param peer what the peer told of itself last: private addresses are only told to who is behind the same public one
 */
export function ownCandidates(
  hosts: readonly string[],
  reflexive: readonly string[],
  peer: readonly string[],
): readonly string[] {
  const isNear = sharesAddress(reflexive, peer);
  const told = hosts
    .flatMap((text) => hostAddressOf(text) ?? [])
    .filter(({ octets }) => {
      const scope = scopeOf(octets);
      return scope === "global" || (scope === "local" && isNear);
    });
  return unique([...told, ...read(reflexive).filter(({ octets }) => scopeOf(octets) !== "refused")]);
}

/**
 * The addresses of a peer that are tried, in its order.
 *
 * A private address means another machine in each site: one is tried only if it is of a network that this machine
 * is in and the peer shows the same public address, or if this node itself is seen under a private one, so that all of
 * them are one site.
 *
 * @param reflexive what neighbours see this node under
 * @param hosts addresses of this machine, as its link tells them
 */
export function takeCandidates(
  texts: readonly string[],
  reflexive: readonly string[],
  hosts: readonly string[],
): { readonly taken: readonly string[]; readonly refused: Refused } {
  const addresses = read(texts.slice(0, CANDIDATES_MAX));
  const isOneSite = read(reflexive).some(({ octets }) => scopeOf(octets) === "local");
  const beside = sharesAddress(reflexive, texts) ? hosts.flatMap((text) => hostAddressOf(text) ?? []) : [];
  const isBeside = ({ octets }: UdpAddress): boolean => beside.some((host) => isWithin(octets, host.octets, host.bits));
  const allowed = addresses.filter(({ octets }) => scopeOf(octets) !== "refused");
  const taken = allowed.filter((one) => scopeOf(one.octets) === "global" || isOneSite || isBeside(one));
  const refused = {
    malformed: texts.length - addresses.length,
    forbidden: addresses.length - allowed.length,
    elsewhere: allowed.length - taken.length,
  };
  return { taken: unique(taken), refused };
}

/** Whether both nodes show the same address to others: they are behind one NAT, or on one machine. */
function sharesAddress(one: readonly string[], other: readonly string[]): boolean {
  const hosts = new Set(read(one).map(hostOf));
  return read(other).some((address) => hosts.has(hostOf(address)));
}

function hostOf({ octets }: UdpAddress): string {
  return octets.join(".");
}

function read(texts: readonly string[]): UdpAddress[] {
  return texts.flatMap((text) => addressOf(text) ?? []);
}

function unique(addresses: readonly UdpAddress[]): readonly string[] {
  return [...new Set(addresses.map(({ text }) => text))].slice(0, CANDIDATES_MAX);
}
