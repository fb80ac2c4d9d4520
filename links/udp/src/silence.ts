import type { Instant } from "@flor/machine";
import type { IpEndpoint } from "@flor/host/datagram";
import { problemAt } from "./address-check.ts";
import type { PortTable } from "./port-table.ts";
import type { UdpPort } from "./udp-port.ts";

/** A neighbour that was silent for this long may be gone: its address is looked at, and again after this time. */
const SILENT_MS = 3000;
const LOOK_AGAIN_MS = 10_000;
/** Addresses looked at at the same time. */
export const LOOKS_MAX = 4;

/** Finds out why configured neighbours are silent, and tells the node. */
export class Silence {
  readonly #ports: PortTable;
  readonly #problemAt: (endpoint: IpEndpoint) => Promise<string | undefined>;
  #looking = 0;

  /** @param look what is wrong with an address. @default by a socket of its own */
  constructor(ports: PortTable, look: (endpoint: IpEndpoint) => Promise<string | undefined> = problemAt) {
    this.#ports = ports;
    this.#problemAt = look;
  }

  /** Looks at what is due. */
  handleTimeout(now: Instant): void {
    for (const port of this.#ports.all) {
      if (now - port.heardAt < SILENT_MS && port.refusedAt < port.heardAt) this.#ports.setProblem(port, "");
      else if (this.#looking < LOOKS_MAX && isDue(port, now)) void this.#look(port, now);
    }
  }

  async #look(port: UdpPort, now: Instant): Promise<void> {
    const { endpoint } = port;
    if (endpoint === undefined) return;
    port.lookedAt = now;
    this.#looking += 1;
    const problem = await this.#problemAt(endpoint);
    this.#looking -= 1;
    // It may have spoken, moved or gone by now.
    if (port.endpoint === endpoint && port.heardAt < now) this.#ports.setProblem(port, problem ?? "");
  }
}

function isDue(port: UdpPort, now: Instant): boolean {
  return port.address !== "" && port.endpoint !== undefined && now - port.lookedAt >= LOOK_AGAIN_MS;
}
