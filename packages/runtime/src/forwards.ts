import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import type { InboundConfig } from "@flor/config";
import { parseAuthority, UDP_INBOUND } from "@flor/inbounds";
import type { InboundStatus } from "@flor/node";
import type { RunningInbound } from "./inbounds.ts";

/** Forwards for a while, all commands together. */
export const FORWARDS_MAX = 64;
/** A forward whose command says nothing for so long is closed. */
export const FORWARD_LEASE_MS = 15_000;
const SWEEP_MS = 1000;
const LOOPBACK = /^(?:127\.|::1$)/;

/** A forward as it was opened. */
export interface OpenedForward {
  readonly id: string;
  readonly address: string;
  readonly port: number;
}

interface Lease {
  readonly inbound: RunningInbound;
  keptAt: number;
}

/** Inbounds for as long as a command wants them: `flor forward`. */
export class Forwards {
  readonly #open: (config: InboundConfig) => Promise<RunningInbound>;
  readonly #handleChanged: () => void;
  readonly #leases = new Map<string, Lease>();
  /** Those that do not listen yet. */
  #opening = 0;
  #sweep: NodeJS.Timeout | undefined;

  /** @param open listens; throws an Error that says what to do @param handleChanged there is one more, or one less */
  constructor(
    open: (config: InboundConfig) => Promise<RunningInbound>,
    { handleChanged }: { readonly handleChanged: () => void },
  ) {
    this.#open = open;
    this.#handleChanged = handleChanged;
  }

  /** Those that take clients. */
  get running(): readonly RunningInbound[] {
    return Array.from(this.#leases.values(), ({ inbound }) => inbound);
  }

  status(): readonly InboundStatus[] {
    return Array.from(this.#leases.values(), ({ inbound }) => inbound.status());
  }

  /** Ports that forwards listen on. */
  portsOf(network: "tcp" | "udp"): readonly number[] {
    return this.status().flatMap(({ kind, port }) => ((kind === UDP_INBOUND) === (network === "udp") ? [port] : []));
  }

  /** Opens a forward, which must be kept. @throws Error that says what to do */
  async open(params: Readonly<Record<string, unknown>>): Promise<OpenedForward> {
    const config = configOf(params);
    if (this.#leases.size + this.#opening >= FORWARDS_MAX)
      throw new Error(`there are already ${FORWARDS_MAX} forwards: close one first`);
    this.#opening += 1;
    const inbound = await this.#open(config).finally(() => (this.#opening -= 1));
    const id = randomUUID();
    this.#leases.set(id, { inbound, keptAt: performance.now() });
    this.#handleChanged();
    this.#sweep ??= setInterval(() => this.#endForsaken(), SWEEP_MS).unref();
    const { address, port } = inbound.listener;
    return { id, address, port };
  }

  /** The forward is still wanted. @throws Error when it is gone */
  keep(id: unknown): void {
    const lease = this.#leases.get(String(id));
    if (lease === undefined) throw new Error("that forward no longer exists");
    lease.keptAt = performance.now();
  }

  /** Ends a forward and its clients; harmless when it is gone. */
  async end(id: unknown): Promise<void> {
    const lease = this.#leases.get(String(id));
    if (lease === undefined) return;
    this.#leases.delete(String(id));
    this.#handleChanged();
    await lease.inbound.listener.close();
  }

  /** Ends all. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.allSettled([...this.#leases.keys()].map((id) => this.end(id)));
  }

  #endForsaken(): void {
    const now = performance.now();
    for (const [id, { keptAt }] of this.#leases) if (now - keptAt >= FORWARD_LEASE_MS) void this.end(id);
    if (this.#leases.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

function configOf({ network, address, port, to }: Readonly<Record<string, unknown>>): InboundConfig {
  if (network !== "tcp" && network !== "udp") throw new Error("network is neither tcp nor udp");
  if (typeof address !== "string" || isIP(address) === 0) throw new Error("address is not an IP address");
  if (!LOOPBACK.test(address))
    throw new Error(`${address} is reachable by other machines: configure an inbound with allow`);
  if (typeof port !== "number" || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error("port is not a port number");
  const destination = typeof to === "string" ? parseAuthority(to) : undefined;
  if (destination === undefined)
    throw new Error(`${JSON.stringify(to)} is not a host and a port; write db.example:5432 or "[2001:db8::7]:5432"`);
  return { kind: network, listen: { address, port }, users: undefined, allow: undefined, to: destination };
}
