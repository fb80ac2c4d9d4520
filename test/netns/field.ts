/** A network of machines, each a namespace, with cables between them that can be cut: any graph, by its plan. */
import { Namespace } from "@flor/testkit";
import { Cable, type Cut } from "./cable.ts";
import type { FieldPlan } from "./field-plan.ts";

/** One machine. */
export interface Machine {
  readonly name: string;
  readonly namespace: Namespace;
  /** Of its own, on no cable: the kernels have no route to it. */
  readonly address: string;
  readonly cables: readonly NearCable[];
}

/** A cable as a machine sees it. */
export interface NearCable {
  readonly device: string;
  readonly address: string;
  /** The machine at its other end. */
  readonly other: string;
  readonly otherAddress: string;
}

/** Machines and cables. Dispose it (`await using`), and they are gone with all that runs on them. */
export class Field implements AsyncDisposable {
  readonly machines: readonly Machine[];
  readonly cables: readonly Cable[];
  readonly #owned: AsyncDisposableStack;

  private constructor(machines: readonly Machine[], cables: readonly Cable[], owned: AsyncDisposableStack) {
    this.machines = machines;
    this.cables = cables;
    this.#owned = owned;
  }

  /** Makes the machines and lays the cables. */
  static async lay(plan: FieldPlan): Promise<Field> {
    await using owned = new AsyncDisposableStack();
    const namespaces = new Map<string, Namespace>();
    for (const name of plan.machines) namespaces.set(name, owned.use(await Namespace.create(name)));
    const cables: Cable[] = [];
    for (const [index, { ends, ...kind }] of plan.cables.entries()) {
      const [left, right] = ends.map((machine) => ({ machine, namespace: namespaces.get(machine)! }));
      cables.push(owned.use(await Cable.lay(index, [left!, right!], kind)));
    }
    const machines: Machine[] = [];
    for (const [index, name] of plan.machines.entries())
      machines.push(await furnish(index, name, namespaces.get(name)!, cables));
    return new Field(machines, cables, owned.move());
  }

  /** The machine of that name; throws where the plan has none. */
  machine(name: string): Machine {
    const found = this.machines.find((machine) => machine.name === name);
    if (found === undefined) throw new Error(`the plan has no machine ${name}`);
    return found;
  }

  /** The cable between two machines; throws where the plan has none. */
  cable(one: string, other: string): Cable {
    const found = this.cables.find(({ ends }) =>
      [one, other].every((name) => ends.some(({ machine }) => machine === name)),
    );
    if (found === undefined) throw new Error(`the plan has no cable from ${one} to ${other}`);
    return found;
  }

  /** Cuts the cable between two machines; the result mends it. */
  cut(one: string, other: string, cut: Cut): Promise<() => Promise<void>> {
    return this.cable(one, other).cut(cut);
  }

  /** Octets that were sent into all cables so far, both ways. */
  async sentOctets(): Promise<number> {
    const sent = await Promise.all(this.cables.map((cable) => cable.sentOctets()));
    return sent.reduce((sum, octets) => sum + octets, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

async function furnish(index: number, name: string, namespace: Namespace, cables: readonly Cable[]): Promise<Machine> {
  const address = `10.99.${index >> 8}.${(index & 255) + 1}`;
  await namespace.forward();
  await namespace.ip("address", "add", `${address}/32`, "dev", "lo");
  const near = cables.flatMap(({ ends: [left, right] }) => [
    { own: left, far: right },
    { own: right, far: left },
  ]);
  return {
    name,
    namespace,
    address,
    cables: near
      .filter(({ own }) => own.machine === name)
      .map(({ own, far }) => ({
        device: own.device,
        address: own.address,
        other: far.machine,
        otherAddress: far.address,
      })),
  };
}
