/** The way out for UDP: opens the sockets of peers' flows, judges where their datagrams go, and ends those out of use. */
import type { DatagramDrop, DatagramEnd } from "@flor/flows";
import type { EgressPolicy } from "@flor/route";
import { Cause, type Destination } from "@flor/wire";
import { causeOfError, type DialFailure } from "./cause-of-error.ts";
import type { IpEndpoint } from "./ip-endpoint.ts";
import { EgressDatagrams, type JudgedRemote } from "./egress-datagrams.ts";
import { errorCode } from "./error-code.ts";
import { endpointOf, isIpv4Endpoint } from "./ip-endpoint.ts";
import { openUdpSocket } from "./open-udp-socket.ts";
import { type OwnAddressList, OwnAddresses } from "./own-addresses.ts";
import { PendingOpens } from "./pending-opens.ts";
import { interleaved } from "./race-connections.ts";
import { addressOfEndpoint, endpointOfAddress } from "./remote-endpoint.ts";
import { Resolver } from "./resolver.ts";
import type { UdpSocket, UdpSocketOwner } from "./udp-socket.ts";
import { withoutLiteral } from "./without-literal.ts";

/** Flows out of use are looked for so often. */
const SWEEP_MS = 5000;

/** Of flows to targets of services, where no outbound is for udp: seconds. */
const TARGET_LIFETIMES = { idleSeconds: 120, twoWayIdleSeconds: 300 };

/** What a node lets out by UDP. */
export interface DatagramRules {
  /** What concerns a peer. */
  readonly policy: (peer: string) => EgressPolicy;
  /** A flow without use for so long ends, seconds. */
  readonly idleSeconds: number;
  /** … when something came back. */
  readonly twoWayIdleSeconds: number;
}

/** What a {@link DatagramEgress} is made of. */
export interface DatagramEgressOptions {
  /** What is let out from now on; `undefined`: nothing. A change is another object. */
  readonly rules: () => DatagramRules | undefined;
  /** UDP ports on which this node listens now. */
  readonly ownPorts: () => readonly number[];
  /** @default the system's names */
  readonly resolver?: Resolver;
  /** @default those of this machine's interfaces */
  readonly ownAddresses?: OwnAddresses;
  /** Use `node:dgram` even where FFI works. @default false */
  readonly ignoreFfi?: boolean;
}

/** An open flow. */
export interface OpenedDatagrams {
  readonly end: DatagramEnd;
  /** Of its socket; unspecified where the flow is for any destination. */
  readonly boundAddress: Uint8Array;
  readonly boundPort: number;
}

/** Opens UDP flows for peers. */
export class DatagramEgress {
  readonly #options: DatagramEgressOptions;
  readonly #resolver: Resolver;
  readonly #ownAddresses: OwnAddresses;
  readonly #pending = new PendingOpens();
  readonly #flows = new Set<EgressDatagrams>();
  #sweep: NodeJS.Timeout | undefined;
  #lifetimes: Pick<DatagramRules, "idleSeconds" | "twoWayIdleSeconds"> = { idleSeconds: 0, twoWayIdleSeconds: 0 };

  constructor(options: DatagramEgressOptions) {
    this.#options = options;
    this.#resolver = options.resolver ?? new Resolver();
    this.#ownAddresses = options.ownAddresses ?? new OwnAddresses();
  }

  /** Flows open now. */
  get size(): number {
    return this.#flows.size;
  }

  /** Opens a flow. @param destination `undefined`: for any. Never rejects. */
  async open(
    destination: Destination | undefined,
    peer: string,
    drop: (reason: DatagramDrop) => void,
  ): Promise<OpenedDatagrams | DialFailure> {
    const rules = this.#options.rules();
    if (rules === undefined)
      return { cause: Cause.NOT_ALLOWED, text: "not allowed: no outbound of this node is for udp" };
    this.#lifetimes = rules;
    if (!this.#pending.enter(peer)) return { cause: Cause.OVERLOADED, text: "too many opens under way" };
    try {
      if (destination === undefined) return await this.#openFlow(undefined, peer, drop);
      const judged = await this.#judge(destination, peer);
      return "cause" in judged ? judged : await this.#openFlow(judged.endpoint, peer, drop);
    } catch (error) {
      const code = errorCode(error);
      return { cause: causeOfError(code), text: code };
    } finally {
      this.#pending.leave(peer);
    }
  }

  /** Opens a flow to a target of this machine's own choice, which no rule judges. Never rejects. */
  async openTarget(
    { target, port }: Destination,
    peer: string,
    drop: (reason: DatagramDrop) => void,
  ): Promise<OpenedDatagrams | DialFailure> {
    this.#lifetimes = this.#options.rules() ?? TARGET_LIFETIMES;
    if (!this.#pending.enter(peer)) return { cause: Cause.OVERLOADED, text: "too many opens under way" };
    try {
      const literal = withoutLiteral(target);
      if (literal.kind === "address") return await this.#openFlow(endpointOfAddress(literal.address, port), peer, drop);
      const resolution = await this.#resolver.resolve(literal.name, new AbortController().signal);
      if ("cause" in resolution) return resolution;
      const found = await this.#firstWithWay(resolution.addresses.map((address) => endpointOfAddress(address, port)));
      return "cause" in found ? found : await this.#openFlow(found.endpoint, peer, drop);
    } catch (error) {
      const code = errorCode(error);
      return { cause: causeOfError(code), text: code };
    } finally {
      this.#pending.leave(peer);
    }
  }

  /** Ends all flows. */
  close(): void {
    for (const flow of this.#flows) flow.expire();
    clearInterval(this.#sweep);
  }

  async #openFlow(
    remote: IpEndpoint | undefined,
    peer: string,
    drop: (reason: DatagramDrop) => void,
  ): Promise<OpenedDatagrams> {
    const flow = new EgressDatagrams({
      remote,
      judge: (destination) => this.#judge(destination, peer),
      rules: () => this.#options.rules(),
      drop,
      handleClosed: () => this.#flows.delete(flow),
    });
    const socket = await this.#openSocket(remote, flow);
    flow.socket = socket;
    this.#flows.add(flow);
    this.#sweep ??= setInterval(() => this.#endIdle(), SWEEP_MS).unref();
    const { local } = socket;
    return { end: flow.end, boundAddress: addressOfEndpoint(local), boundPort: local.port };
  }

  /** One socket for both families, where the machine has IPv6. */
  async #openSocket(remote: IpEndpoint | undefined, owner: UdpSocketOwner): Promise<UdpSocket> {
    const ignoreFfi = this.#options.ignoreFfi ?? false;
    const open = (host: string): Promise<UdpSocket> =>
      openUdpSocket({ local: endpointOf(host, 0)!, remote, owner, ignoreFfi });
    if (remote !== undefined) return open(isIpv4Endpoint(remote) ? "0.0.0.0" : "::");
    try {
      return await open("::");
    } catch (error) {
      const code = errorCode(error);
      if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL") throw error;
      return open("0.0.0.0");
    }
  }

  /** Judges an address at once; a name is resolved first, and the first of its addresses with a way is taken. */
  #judge(destination: Destination, peer: string): JudgedRemote | Promise<JudgedRemote> {
    const policy = this.#options.rules()?.policy(peer);
    if (policy === undefined) return notAllowed("no-rule");
    const own: OwnAddressList = this.#ownAddresses.at(performance.now());
    policy.setOwn({ addresses: "code" in own ? undefined : own, ports: this.#options.ownPorts() });
    const target = withoutLiteral(destination.target);
    const { port } = destination;
    const verdict = policy.judgeTarget(target, port);
    if (!verdict.allowed) return notAllowed(verdict.refused);
    if (target.kind === "address") return { endpoint: endpointOfAddress(target.address, port) };
    return this.#judgeName(target.name, port, policy, peer);
  }

  async #judgeName(name: string, port: number, policy: EgressPolicy, peer: string): Promise<JudgedRemote> {
    if (!this.#pending.enter(peer)) return { cause: Cause.OVERLOADED, text: "too many names under way" };
    try {
      const resolution = await this.#resolver.resolve(name, new AbortController().signal);
      if ("cause" in resolution) return resolution;
      const target = { kind: "domain", name } as const;
      const decisions = resolution.addresses.map((address) => policy.judge(target, address, port));
      const allowed = resolution.addresses.filter((_, index) => decisions[index]?.allowed === true);
      if (allowed.length === 0) {
        const refused = decisions.find((decision) => !decision.allowed);
        return notAllowed(refused?.allowed === false ? refused.refused : "not-an-address");
      }
      return await this.#firstWithWay(interleaved(allowed).map((address) => endpointOfAddress(address, port)));
    } finally {
      this.#pending.leave(peer);
    }
  }

  /** Connecting a UDP socket sends nothing, and fails where no route leads. */
  async #firstWithWay(endpoints: readonly IpEndpoint[]): Promise<JudgedRemote> {
    let failure: DialFailure = { cause: Cause.NETWORK_UNREACHABLE, text: "no address with a way" };
    for (const endpoint of endpoints) {
      try {
        (await this.#openSocket(endpoint, NOBODY)).close();
        return { endpoint };
      } catch (error) {
        const code = errorCode(error);
        failure = { cause: causeOfError(code), text: `${endpoint.host}: ${code}` };
      }
    }
    return failure;
  }

  #endIdle(): void {
    // Where no outbound is for udp any more, open flows live on as they did.
    this.#lifetimes = this.#options.rules() ?? this.#lifetimes;
    const now = performance.now();
    for (const flow of this.#flows) {
      const { idleSeconds, twoWayIdleSeconds } = this.#lifetimes;
      if (now - flow.usedAt >= (flow.isTwoWay ? twoWayIdleSeconds : idleSeconds) * 1000) flow.expire();
    }
    if (this.#flows.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

const NOBODY: UdpSocketOwner = { handleReceived: () => {}, handleError: () => {} };

function notAllowed(reason: string): DialFailure {
  return { cause: Cause.NOT_ALLOWED, text: `not allowed: ${reason}` };
}
