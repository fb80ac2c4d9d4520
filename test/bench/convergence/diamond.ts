/**
 * Four machines in a diamond, and the cables between them:
 *
 *     west ── north ── east
 *       └──── south ────┘
 */
import { connectVeth, Firewall, Namespace } from "@flor/testkit";

const NAMES = ["west", "north", "south", "east"] as const;
type MachineName = (typeof NAMES)[number];

/** One machine. */
export interface Machine {
  readonly name: MachineName;
  readonly namespace: Namespace;
  /** Of its own, on no cable. */
  readonly address: string;
  readonly cables: readonly CableEnd[];
}

/** A machine's end of a cable. */
export interface CableEnd {
  readonly device: string;
  readonly address: string;
  readonly other: MachineName;
  readonly otherAddress: string;
}

const CABLES: readonly (readonly [MachineName, MachineName])[] = [
  ["west", "north"],
  ["west", "south"],
  ["north", "east"],
  ["south", "east"],
];

/** The machines. Dispose it (`await using`), and they are gone with all that runs on them. */
export class Diamond implements AsyncDisposable {
  readonly machines: Readonly<Record<MachineName, Machine>>;
  readonly #owned: AsyncDisposableStack;

  private constructor(machines: Diamond["machines"], owned: AsyncDisposableStack) {
    this.machines = machines;
    this.#owned = owned;
  }

  get all(): readonly Machine[] {
    return NAMES.map((name) => this.machines[name]);
  }

  static async open(): Promise<Diamond> {
    await using owned = new AsyncDisposableStack();
    const namespaces = new Map<MachineName, Namespace>();
    const cables = new Map<MachineName, CableEnd[]>();
    for (const [index, name] of NAMES.entries()) {
      const namespace = owned.use(await Namespace.create(name));
      await namespace.forward();
      await namespace.ip("address", "add", `10.99.0.${index + 1}/32`, "dev", "lo");
      namespaces.set(name, namespace);
      cables.set(name, []);
    }
    for (const [index, [left, right]] of CABLES.entries()) {
      const addresses = [`10.98.${index}.1`, `10.98.${index}.2`] as const;
      const devices = await connectVeth(
        { namespace: namespaces.get(left)!, addresses: [`${addresses[0]}/30`] },
        { namespace: namespaces.get(right)!, addresses: [`${addresses[1]}/30`] },
      );
      cables.get(left)?.push({ device: devices[0], address: addresses[0], other: right, otherAddress: addresses[1] });
      cables.get(right)?.push({ device: devices[1], address: addresses[1], other: left, otherAddress: addresses[0] });
    }
    const machineOf = (name: MachineName, index: number): Machine => {
      const [namespace, ends] = [namespaces.get(name)!, cables.get(name)!];
      return { name, namespace, address: `10.99.0.${index + 1}`, cables: ends };
    };
    const [west, north, south, east] = NAMES.map(machineOf) as [Machine, Machine, Machine, Machine];
    return new Diamond({ west, north, south, east }, owned.move());
  }

  /** Octets that were sent into all cables so far, both ways. */
  async sentOctets(): Promise<number> {
    let sum = 0;
    for (const { namespace, cables } of this.all) {
      const devices = JSON.parse(await namespace.ip("-s", "-j", "link", "show")) as DeviceCounts[];
      for (const { ifname, stats64 } of devices)
        if (cables.some(({ device }) => device === ifname)) sum += stats64.tx.bytes;
    }
    return sum;
  }

  /** Cuts west's cable to a neighbour: both ends are told, or nobody is. The result mends it. */
  async cut(to: MachineName, isSilent: boolean): Promise<() => Promise<void>> {
    const { namespace, cables } = this.machines.west;
    const device = cables.find(({ other }) => other === to)!.device;
    if (!isSilent) {
      const address = cables.find(({ other }) => other === to)!.address;
      await namespace.ip("link", "set", device, "down");
      return async () => {
        await namespace.ip("link", "set", device, "up");
        await namespace.ip("address", "replace", `${address}/30`, "dev", device);
      };
    }
    const firewall = new Firewall(namespace);
    await firewall.add(`meta iifname ${device} drop`, `meta oifname ${device} drop`);
    return () => firewall.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

interface DeviceCounts {
  readonly ifname: string;
  readonly stats64: { readonly tx: { readonly bytes: number } };
}
