import { type DescriptorShares, type Log, shareDescriptors } from "@flor/host";

/** Below this many flows at once, the log says why. */
const FEW_FLOWS = 256;

/** How many clients and flows the descriptors of this process are enough for, as inbounds and outbounds come and go. */
export class LiveShares {
  readonly #descriptors: number;
  readonly #log: Pick<Log, "write">;
  #now: DescriptorShares = { clientsOfInbound: Infinity, egressFlows: Infinity };

  /** @param descriptors that this process may have; `Infinity`: no bound */
  constructor(descriptors: number, log: Pick<Log, "write">) {
    this.#descriptors = descriptors;
    this.#log = log;
  }

  get now(): DescriptorShares {
    return this.#now;
  }

  /** Divides again, and warns when flows become few. @param inbounds whose clients take descriptors */
  divide(inbounds: number, isEgress: boolean): DescriptorShares {
    const were = this.#now.egressFlows;
    this.#now = shareDescriptors(this.#descriptors, { inbounds, isEgress });
    if (this.#now.egressFlows < FEW_FLOWS && were >= FEW_FLOWS)
      this.#log.write("warn", "few-descriptors", { ...this.#now, advice: "raise ulimit -n" });
    return this.#now;
  }
}
