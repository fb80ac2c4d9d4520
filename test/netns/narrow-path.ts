/** A path that loses what is too long, and where nobody says so. */
import { connectVeth, Firewall, Namespace } from "@flor/testkit";

/** One end of the path: a machine, and its address on it. */
export interface PathEnd {
  readonly namespace: Namespace;
  /** In one /24 with the other end's. */
  readonly address: string;
}

/**
 * Joins two machines by two routers that send no ICMP errors, with a cable of this MTU between them; the machines' own
 * cables carry 1500 octets.
 *
 *     left ─ 1500 ─ router ─ mtuOctets ─ router ─ 1500 ─ right
 *
 * Resolves to the ends' devices, and to the routers, which the caller disposes.
 */
export async function connectNarrow(
  left: PathEnd,
  right: PathEnd,
  mtuOctets: number,
): Promise<{ readonly devices: readonly [string, string]; readonly routers: readonly Namespace[] }> {
  const routers = [await Namespace.create("narrow"), await Namespace.create("narrow")] as const;
  const sides = [left, right] as const;
  const network = left.address.split(".").slice(0, 3).join(".");
  await connectVeth(
    { namespace: routers[0], addresses: ["10.72.0.1/24"] },
    { namespace: routers[1], addresses: ["10.72.0.2/24"] },
    { mtuOctets },
  );
  const devices: string[] = [];
  for (const side of [0, 1] as const) {
    const [end, other, router] = [sides[side], sides[1 - side]!, routers[side]];
    const gateway = `${network}.${253 + side}`;
    const [device] = await connectVeth(
      { namespace: end.namespace, addresses: [`${end.address}/24`] },
      { namespace: router, addresses: [`${gateway}/24`] },
    );
    devices.push(device);
    await router.forward();
    await new Firewall(router).dropIcmpErrors();
    await router.route(`${other.address}/32`, `10.72.0.${2 - side}`);
    await end.namespace.route(`${other.address}/32`, gateway);
  }
  return { devices: devices as [string, string], routers };
}
