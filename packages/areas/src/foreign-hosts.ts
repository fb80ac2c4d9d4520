/** Hosts of networks of others that this node exchanges packets with, each for as long as a lease says. */
import { earlier, type Instant } from "@flor/machine";
import { octetsOfHex } from "@flor/membership";
import type { AreaDoors, ForeignHost, HostWay } from "./area-doors.ts";
import type { Crossing, CrossingEnd } from "./crossing.ts";
import { isSameRoom, narrower } from "./room.ts";

/** Hosts of other networks at once at most: each is one whose packets are answered. */
export const FOREIGN_HOSTS_MAX = 1024;

/** Who a host is here. */
export interface ForeignIdentity {
  /** Node key. */
  readonly key: string;
  /** `HOST.NETWORK`. */
  readonly name: string;
  /** The network's name here. */
  readonly network: string;
  /** Its root key. */
  readonly root: string;
}

interface Held {
  readonly identity: ForeignIdentity;
  /** The newest last: that is the way in use. */
  readonly crossings: Set<Crossing>;
  host: ForeignHost;
  /** It goes then, whatever becomes of its crossings. */
  endAt: Instant;
}

/** What they report. */
export interface ForeignObserver {
  /** One is new, or the way to it is another. @returns why it cannot be; `undefined`: it is from now on */
  handleForeign(host: ForeignHost): string | undefined;
  handleForeignGone(host: ForeignHost, reason: string): void;
}

/** See the head of this file. */
export class ForeignHosts {
  readonly #doors: AreaDoors;
  readonly #observer: ForeignObserver;
  readonly #byKey = new Map<string, Held>();
  readonly #byName = new Map<string, Held>();

  constructor(doors: AreaDoors, observer: ForeignObserver) {
    this.#doors = doors;
    this.#observer = observer;
  }

  all(): readonly ForeignHost[] {
    return Array.from(this.#byKey.values(), ({ host }) => host);
  }

  get(key: string): ForeignHost | undefined {
    return this.#byKey.get(key)?.host;
  }

  /** When the lease of a host ends, unless it is renewed; `undefined`: it is not held. */
  leaseEnd(key: string): Instant | undefined {
    return this.#byKey.get(key)?.endAt;
  }

  named(name: string): ForeignHost | undefined {
    return this.#byName.get(name)?.host;
  }

  endOf(key: string): Instant | undefined {
    return this.#byKey.get(key)?.endAt;
  }

  /** A crossing leads to the host until `endAt`; why it cannot, or `undefined`. */
  add(identity: ForeignIdentity, crossing: Crossing, endAt: Instant): string | undefined {
    const { key, name } = identity;
    const namesake = this.#byName.get(name);
    if (namesake !== undefined && namesake.identity.key !== key) {
      if ([...namesake.crossings].some((one) => one !== crossing && one.isOpen)) return `${name} is another host here`;
      this.remove(namesake.identity.key, `another host is called ${name}`);
    }
    const known = this.#byKey.get(key);
    if (known !== undefined && known.identity.name !== name) return `it is called ${known.identity.name} here`;
    if (known === undefined && this.#byKey.size >= FOREIGN_HOSTS_MAX)
      return `a node holds ways to ${FOREIGN_HOSTS_MAX} hosts of other networks at once`;
    const held = known ?? this.#create(identity, endAt);
    held.crossings.delete(crossing);
    held.crossings.add(crossing);
    held.endAt = known === undefined ? endAt : Math.max(held.endAt, endAt);
    return this.#update(held, known === undefined);
  }

  /** A crossing leads there no more. The host stays until its lease ends: another crossing may come. */
  drop(key: string, crossing: Crossing): void {
    const held = this.#byKey.get(key);
    if (held?.crossings.delete(crossing) === true) this.#update(held, false);
  }

  /** The way to a host may be another. */
  refresh(key: string): void {
    const held = this.#byKey.get(key);
    if (held !== undefined) this.#update(held, false);
  }

  /** It is out, from this call on. @returns the crossings that led to it */
  remove(key: string, reason: string): readonly Crossing[] {
    const held = this.#byKey.get(key);
    if (held === undefined) return [];
    this.#byKey.delete(key);
    this.#byName.delete(held.identity.name);
    this.#observer.handleForeignGone(held.host, reason);
    return [...held.crossings];
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const { endAt } of this.#byKey.values()) next = earlier(next, endAt);
    return next;
  }

  handleTimeout(now: Instant): void {
    for (const { endAt, identity } of this.#byKey.values())
      if (endAt <= now) this.remove(identity.key, "the lease of the way to it ended");
  }

  #create(identity: ForeignIdentity, endAt: Instant): Held {
    const { key, name, network, root } = identity;
    const host = { key, publicKey: octetsOfHex(key), name, network, root, way: undefined };
    const held: Held = { identity, crossings: new Set(), host, endAt };
    this.#byKey.set(key, held);
    this.#byName.set(name, held);
    return held;
  }

  #update(held: Held, isNew: boolean): string | undefined {
    const crossing = [...held.crossings].findLast(({ isOpen }) => isOpen);
    const way = crossing && this.#wayOf(crossing);
    if (!isNew && isSameWay(held.host.way, way)) return undefined;
    held.host = { ...held.host, way };
    const trouble = this.#observer.handleForeign(held.host);
    if (trouble === undefined) return undefined;
    this.#byKey.delete(held.identity.key);
    this.#byName.delete(held.identity.name);
    return trouble;
  }

  #wayOf({ up, down }: Crossing): HostWay | undefined {
    const end: CrossingEnd | undefined = down ?? up;
    if (end === undefined) return undefined;
    return { peer: end.peer, label: end.label, room: narrower(end.room, this.#doors.wayTo(end.peer)) };
  }
}

function isSameWay(a: HostWay | undefined, b: HostWay | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.peer === b.peer && a.label === b.label && isSameRoom(a.room, b.room);
}
