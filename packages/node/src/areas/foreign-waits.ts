import type { IngressFlow } from "@flor/flows";
import { KeyedSets } from "@flor/machine";

/** Flows that wait for the answer who a host of another network is, by its name. */
export class ForeignWaits {
  readonly #byName = new KeyedSets<string, IngressFlow>();

  /** False: too many wait for it. */
  add(name: string, flow: IngressFlow, max: number): boolean {
    if (this.#byName.of(name).size >= max) return false;
    this.#byName.add(name, flow);
    return true;
  }

  /** Those that waited for the name, and do not any more. */
  take(name: string): ReadonlySet<IngressFlow> {
    return this.#byName.take(name);
  }

  /** Whether the flow waits for some name. */
  has(flow: IngressFlow): boolean {
    for (const name of this.#byName.keys()) if (this.#byName.of(name).has(flow)) return true;
    return false;
  }

  delete(flow: IngressFlow): void {
    for (const name of this.#byName.keys()) this.#byName.delete(name, flow);
  }
}
