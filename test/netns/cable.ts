/** A cable between two machines that can be cut, with or without a word to their kernels. */
import {
  type BoxCounts,
  connectVeth,
  Firewall,
  ImpairmentBox,
  type Impairments,
  type Namespace,
  type VethEnd,
} from "@flor/testkit";
import { connectNarrow, type PathEnd } from "./narrow-path.ts";

/** Where one end of a cable is. */
export interface CableSocket {
  /** The machine's name. */
  readonly machine: string;
  readonly namespace: Namespace;
}

/** A machine's end of a cable. */
export interface CableEnd extends CableSocket {
  readonly device: string;
  readonly address: string;
}

/** What a cable is made of: a veth pair, or what makes it worse. */
export interface CableKind {
  /** What a box does to packets, both ways. */
  readonly impairments?: Impairments;
  /** Without impairments: the largest IP packet that crosses, which nobody says. */
  readonly narrowOctets?: number | undefined;
}

/** How a cable is cut. */
export interface Cut {
  /** True: both devices stay up, and nothing arrives. False: the kernels of both ends see that the cable is gone. */
  readonly silent: boolean;
}

/** See the head of this file. Dispose it, and what is between its ends is gone; a veth pair goes with its namespaces. */
export class Cable implements AsyncDisposable {
  readonly ends: readonly [CableEnd, CableEnd];
  readonly #between: readonly (ImpairmentBox | Namespace)[];
  readonly #firewall: Firewall;

  private constructor(ends: Cable["ends"], between: readonly (ImpairmentBox | Namespace)[]) {
    this.ends = ends;
    this.#between = between;
    // A table of its own, so that a machine's cables are cut and mended one by one.
    this.#firewall = new Firewall(ends[0].namespace, `flor_cable_${ends[0].device}`);
  }

  /** Lays the cable of that number, 0 to 255, which chooses its addresses. */
  static async lay(index: number, [left, right]: readonly [CableSocket, CableSocket], kind: CableKind): Promise<Cable> {
    const addresses = [`10.98.${index}.1`, `10.98.${index}.2`] as const;
    const sides = [
      { namespace: left.namespace, address: addresses[0] },
      { namespace: right.namespace, address: addresses[1] },
    ] as const;
    const { devices, between } = await connect(...sides, kind);
    const ends = [
      { ...left, device: devices[0], address: addresses[0] },
      { ...right, device: devices[1], address: addresses[1] },
    ] as const;
    return new Cable(ends, between);
  }

  /** From now on it does this to packets, both ways. Only a cable that was laid with impairments can. */
  async impair(impairments: Impairments): Promise<BoxCounts> {
    const box = this.#between.find((one) => one instanceof ImpairmentBox);
    if (box === undefined) throw new Error("the cable is a veth pair: give its plan impairments, {} will do");
    return box.change(impairments);
  }

  /** Cuts it; the result mends it. */
  async cut({ silent }: Cut): Promise<() => Promise<void>> {
    const [{ namespace, device, address }] = this.ends;
    if (silent) {
      await this.#firewall.add(`meta iifname ${device} drop`, `meta oifname ${device} drop`);
      return () => this.#firewall.clear();
    }
    await namespace.ip("link", "set", device, "down");
    return async () => {
      await namespace.ip("link", "set", device, "up");
      await namespace.ip("address", "replace", `${address}/24`, "dev", device);
    };
  }

  /** Octets that one of its two machines has sent into it so far. */
  async sentBy(machine: string): Promise<number> {
    const end = this.ends.find((one) => one.machine === machine);
    if (end === undefined) throw new Error(`the cable does not lead to ${machine}`);
    const [counts] = JSON.parse(await end.namespace.ip("-s", "-j", "link", "show", end.device)) as [DeviceCounts];
    return counts.stats64.tx.bytes;
  }

  /** Octets that were sent into it so far, both ways. */
  async sentOctets(): Promise<number> {
    const sent = await Promise.all(this.ends.map(({ machine }) => this.sentBy(machine)));
    return sent.reduce((sum, octets) => sum + octets, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#between) await one[Symbol.asyncDispose]();
  }
}

interface Connected {
  readonly devices: readonly [string, string];
  readonly between: readonly (ImpairmentBox | Namespace)[];
}

async function connect(left: PathEnd, right: PathEnd, { impairments, narrowOctets }: CableKind): Promise<Connected> {
  const [leftEnd, rightEnd] = [vethEnd(left), vethEnd(right)];
  if (impairments !== undefined) {
    const box = await ImpairmentBox.between(leftEnd, rightEnd, { impairments });
    return { devices: box.devices, between: [box] };
  }
  if (narrowOctets === undefined) return { devices: await connectVeth(leftEnd, rightEnd), between: [] };
  const { devices, routers } = await connectNarrow(left, right, narrowOctets);
  return { devices, between: routers };
}

function vethEnd({ namespace, address }: PathEnd): VethEnd {
  return { namespace, addresses: [`${address}/24`] };
}

interface DeviceCounts {
  readonly stats64: { readonly tx: { readonly bytes: number } };
}
