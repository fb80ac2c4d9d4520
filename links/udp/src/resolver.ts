import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { endpointOf, type IpEndpoint, isIpv4Endpoint } from "@flor/host/datagram";
import { type NodeDoor, splitAddress } from "@flor/link-kit";
import type { Instant } from "@flor/machine";
import type { PortTable } from "./port-table.ts";
import type { UdpPort } from "./udp-port.ts";

/** A name is asked for again when its neighbour was silent for this long, and no more often. */
const RESOLVE_AGAIN_MS = 30_000;
/** A name that could not be resolved at all is asked for again sooner. */
const RETRY_MS = 5000;

/** Finds the addresses of configured neighbours. */
export class Resolver {
  readonly #node: NodeDoor;
  readonly #ports: PortTable;
  readonly #isIpv4: boolean;
  #lastFault = "";

  /** @param isIpv4 the socket takes IPv4 alone */
  constructor(node: NodeDoor, ports: PortTable, isIpv4: boolean) {
    this.#node = node;
    this.#ports = ports;
    this.#isIpv4 = isIpv4;
  }

  /** Resolves what is due. */
  handleTimeout(now: Instant): void {
    for (const port of this.#ports.all) {
      if (port.address === "" || !isDue(port, now)) continue;
      port.resolvedAt = now;
      void this.#resolve(port);
    }
  }

  async #resolve(port: UdpPort): Promise<void> {
    const { address } = port;
    const endpoints = await this.#endpointsOf(address);
    // The neighbour may be gone, or elsewhere, by now.
    if (port.address !== address || this.#ports.byNumber[port.number] !== port) return;
    // A name with several addresses is tried in turn, as long as none answers.
    const endpoint = endpoints[port.resolutions % Math.max(1, endpoints.length)];
    if (endpoint === undefined) return this.#ports.setProblem(port, this.#lastFault);
    port.resolutions += 1;
    if (port.endpoint === undefined || !isSame(port.endpoint, endpoint)) this.#ports.move(port, endpoint);
  }

  async #endpointsOf(address: string): Promise<IpEndpoint[]> {
    const split = splitAddress(address);
    if (split === undefined || split.port === 0) return this.#fail(`"${address}" is not host:port`);
    // A literal's zone would not come back from the system.
    if (isIP(split.host) !== 0) return this.#endpointsOfLiteral(split.host, split.port);
    try {
      const found = await lookup(split.host, { all: true, verbatim: true });
      const endpoints = found
        .map((entry) => endpointOf(entry.address, split.port))
        .filter((endpoint) => endpoint !== undefined && (!this.#isIpv4 || isIpv4Endpoint(endpoint)));
      if (endpoints.length > 0) return endpoints as IpEndpoint[];
      return this.#fail(`"${split.host}" has only IPv6 addresses, and this link listens on IPv4: listen on [::]`);
    } catch (error) {
      return this.#fail(
        `"${split.host}" cannot be resolved: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      );
    }
  }

  #endpointsOfLiteral(host: string, port: number): IpEndpoint[] {
    const endpoint = endpointOf(host, port);
    if (endpoint === undefined) return this.#fail(`"${host}" names an interface that does not exist`);
    if (!this.#isIpv4 || isIpv4Endpoint(endpoint)) return [endpoint];
    return this.#fail(`"${host}" is an IPv6 address, and this link listens on IPv4: listen on [::]`);
  }

  #fail(reason: string): IpEndpoint[] {
    this.#node.count("resolve-failed");
    this.#node.log("warn", reason);
    this.#lastFault = reason;
    return [];
  }
}

function isDue(port: UdpPort, now: Instant): boolean {
  if (port.endpoint === undefined) return now - port.resolvedAt >= RETRY_MS;
  if (port.resolvedAt === -Infinity) return true;
  return now - Math.max(port.resolvedAt, port.heardAt) >= RESOLVE_AGAIN_MS;
}

function isSame(one: IpEndpoint, other: IpEndpoint): boolean {
  return one.port === other.port && one.host === other.host;
}
