/** NATs in memory (RFC 4787), hosts behind them, and the network between, in virtual time. */
import type { Instant } from "@flor/machine";
import { Punch } from "./punch.ts";

/** How a NAT maps (RFC 4787 section 4.1) and filters (section 5). */
export interface NatKind {
  /** One mapping for all destinations, or one for each. */
  readonly mapping: "independent" | "dependent";
  /** Who may answer: anybody, the addresses that were sent to, or those addresses and ports. */
  readonly filtering: "independent" | "address" | "port";
  /** What comes from inside for its own outside address goes back inside (RFC 4787 REQ-9). @default true */
  readonly hairpin?: boolean;
}

export const FULL_CONE: NatKind = { mapping: "independent", filtering: "independent" };
export const RESTRICTED: NatKind = { mapping: "independent", filtering: "address" };
export const PORT_RESTRICTED: NatKind = { mapping: "independent", filtering: "port" };
export const SYMMETRIC: NatKind = { mapping: "dependent", filtering: "port" };
/** Takes an answer from any port, but gives each destination another mapping. */
export const SYMMETRIC_OPEN: NatKind = { mapping: "dependent", filtering: "independent" };

interface Mapping {
  readonly inside: string;
  readonly outside: string;
  readonly sentTo: Set<string>;
}

const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(":"));

/** A NAT with one outside address, in public or inside another NAT, as a carrier's (RFC 6888). */
export class Nat {
  readonly kind: NatKind;
  readonly outer: Nat | undefined;
  #host: string;
  #mappings = new Map<string, Mapping>();
  #port = 20_000;

  constructor(host: string, kind: NatKind, outer?: Nat) {
    this.#host = host;
    this.kind = kind;
    this.outer = outer;
  }

  /** It forgets all mappings, and has another address, as a line that dials in again. */
  rebind(host: string): void {
    this.#host = host;
    this.#mappings.clear();
  }

  owns(address: string): boolean {
    return hostOf(address) === this.#host;
  }

  outbound(from: string, to: string): string {
    const key = this.kind.mapping === "independent" ? from : `${from} ${to}`;
    const known = this.#mappings.get(key) ?? {
      inside: from,
      outside: `${this.#host}:${(this.#port += 1)}`,
      sentTo: new Set(),
    };
    this.#mappings.set(key, known);
    known.sentTo.add(this.#filterKey(to));
    return known.outside;
  }

  inbound(from: string, to: string): string | undefined {
    const mapping = [...this.#mappings.values()].find(({ outside }) => outside === to);
    return mapping?.sentTo.has(this.#filterKey(from)) === true ? mapping.inside : undefined;
  }

  #filterKey(to: string): string {
    const { filtering } = this.kind;
    return filtering === "independent" ? "" : filtering === "address" ? hostOf(to) : to;
  }
}

/** A host with a {@link Punch}. */
export interface Host {
  readonly address: string;
  readonly nat: Nat | undefined;
  readonly punch: Punch;
}

/** Where a datagram is: behind which NAT, `undefined`: in public; and what it carries there. */
interface Place {
  readonly behind: Nat | undefined;
  readonly from: string;
  readonly to: string;
}

interface Packet extends Place {
  readonly at: Instant;
  readonly nonce: number;
  readonly isAnswer: boolean;
}

/** Hosts and what is under way between them. */
export class Internet {
  now: Instant = 0;
  /** Datagrams that hosts sent. */
  sent = 0;
  readonly #hosts: Host[] = [];
  readonly #nats = new Set<Nat>();
  readonly #delayMs: number;
  #packets: Packet[] = [];
  #nonce = 1;

  constructor(delayMs = 40) {
    this.#delayMs = delayMs;
  }

  host(address: string, nat?: Nat): Host {
    const host = { address, nat, punch: new Punch(() => (this.#nonce += 7919)) };
    this.#hosts.push(host);
    for (let one = nat; one !== undefined; one = one.outer) this.#nats.add(one);
    return host;
  }

  /** How a server at `server` sees the host. */
  seenFrom(host: Host, server = "203.0.113.250:4600"): string {
    let from = host.address;
    for (let { nat } = host; nat !== undefined; nat = nat.outer) from = nat.outbound(from, server);
    return from;
  }

  /** Runs for `ms`, in steps of 10 ms as timers may be late. */
  run(ms: number): void {
    const end = this.now + ms;
    for (; this.now <= end; this.now += 10) {
      for (const host of this.#hosts) {
        if ((host.punch.nextTimeout() ?? Infinity) <= this.now) host.punch.handleTimeout(this.now);
        this.#drain(host);
      }
      const due = this.#packets.filter(({ at }) => at <= this.now);
      this.#packets = this.#packets.filter(({ at }) => at > this.now);
      for (const packet of due) this.#arrive(packet);
    }
  }

  #drain(host: Host): void {
    for (let probe = host.punch.pollTransmit(); probe !== undefined; probe = host.punch.pollTransmit())
      this.#send(host, probe.to, probe.nonce, false);
  }

  #send(sender: Host, to: string, nonce: number, isAnswer: boolean): void {
    this.sent += 1;
    const place = this.#outward({ behind: sender.nat, from: sender.address, to });
    if (place !== undefined) this.#packets.push({ ...place, at: this.now + this.#delayMs, nonce, isAnswer });
  }

  #arrive({ nonce, isAnswer, ...place }: Packet): void {
    const arrived = this.#inward(place);
    if (arrived === undefined) return;
    const { host, from } = arrived;
    if (isAnswer) host.punch.handleAnswer(from, nonce, this.now);
    else if (host.punch.handleProbe(from, this.now)) this.#send(host, from, nonce, true);
    this.#drain(host);
  }

  /** Out through NATs, to where somebody has the address; `undefined`: a NAT has no hairpin. */
  #outward({ behind, from, to }: Place): Place | undefined {
    if (behind === undefined || this.#hostAt(behind, to) !== undefined || this.#innerAt(behind, to) !== undefined)
      return { behind, from, to };
    if (behind.owns(to))
      return behind.kind.hairpin === false ? undefined : { behind, from: behind.outbound(from, to), to };
    return this.#outward({ behind: behind.outer, from: behind.outbound(from, to), to });
  }

  /** In through NATs that let it pass. */
  #inward({ behind, from, to }: Place): { readonly host: Host; readonly from: string } | undefined {
    const host = this.#hostAt(behind, to);
    if (host !== undefined) return { host, from };
    const inner = this.#innerAt(behind, to) ?? (behind?.owns(to) === true ? behind : undefined);
    const inside = inner?.inbound(from, to);
    return inside === undefined ? undefined : this.#inward({ behind: inner, from, to: inside });
  }

  #hostAt(behind: Nat | undefined, address: string): Host | undefined {
    return this.#hosts.find((host) => host.nat === behind && host.address === address);
  }

  #innerAt(behind: Nat | undefined, address: string): Nat | undefined {
    return [...this.#nats].find((nat) => nat.outer === behind && nat.owns(address));
  }
}
