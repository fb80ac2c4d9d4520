import type { IngressFlow } from "@flor/flows";

/** Flows that wait for the answer who a host of another network is, by its name. */
export class ForeignWaits {
  readonly #byName = new Map<string, Set<IngressFlow>>();

  /** False: too many wait for it. */
  add(name: string, flow: IngressFlow, max: number): boolean {
    const flows = this.#byName.get(name) ?? new Set();
    if (flows.size >= max) return false;
    this.#byName.set(name, flows.add(flow));
    return true;
  }

  /** Those that waited for the name, and do not any more. */
  take(name: string): ReadonlySet<IngressFlow> {
    const flows = this.#byName.get(name) ?? new Set();
    this.#byName.delete(name);
    return flows;
  }

  /** Whether the flow waits for some name. */
  has(flow: IngressFlow): boolean {
    for (const flows of this.#byName.values()) if (flows.has(flow)) return true;
    return false;
  }

  delete(flow: IngressFlow): void {
    for (const [name, flows] of this.#byName) if (flows.delete(flow) && flows.size === 0) this.#byName.delete(name);
  }
}
