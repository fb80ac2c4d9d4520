/** A cable between two namespaces. */
import { type Namespace, run, uniqueName } from "./namespace.ts";

/** Room for one address with its prefix length, or several: `["10.1.0.1/24", "fd01::1/64"]`. */
export type Addresses = readonly string[];

export interface VethOptions {
  /** Largest IP packet. @default 1500 */
  readonly mtuOctets?: number;
}

/** One end of a cable. */
export interface VethEnd {
  readonly namespace: Namespace;
  readonly addresses: Addresses;
}

/** Joins two namespaces by a veth pair; resolves to the names of its two devices. It goes with either namespace. */
export async function connectVeth(
  left: VethEnd,
  right: VethEnd,
  options: VethOptions = {},
): Promise<readonly [string, string]> {
  const devices = [uniqueName("fv"), uniqueName("fv")] as const;
  const near = `link add ${devices[0]} netns ${left.namespace.name} type veth`;
  const far = `peer name ${devices[1]} netns ${right.namespace.name}`;
  await run("ip", `${near} ${far}`.split(" "));
  await bringUp(left, devices[0], options.mtuOctets ?? 1500);
  await bringUp(right, devices[1], options.mtuOctets ?? 1500);
  return devices;
}

/** Gives a device its addresses and its MTU, and turns it on; IPv6 without the second of duplicate detection. */
export async function bringUp(end: VethEnd, device: string, mtuOctets: number): Promise<void> {
  for (const address of end.addresses) {
    const withoutDetection = address.includes(":") ? ["nodad"] : [];
    await end.namespace.ip("address", "add", address, "dev", device, ...withoutDetection);
  }
  await end.namespace.ip("link", "set", device, "mtu", String(mtuOctets), "up");
}
