/**
 * What an egress node may connect to: judged on the resolved address in binary, for the connection goes to that
 * literal. A name that resolves to a private address (DNS rebinding) is therefore refused like the address itself.
 *
 *  1. nothing is allowed without an `allow` rule, and `deny` always wins;
 *  2. `*` and names allow global unicast addresses only;
 *  3. a special block (private, loopback, link-local, multicast, …) is open where an `allow` range lies within it:
 *     `10.0.0.0/8` opens itself, `0.0.0.0/0` opens no special block;
 *  4. an IPv4-mapped address is the IPv4 address; IPv4 inside IPv6 of any other kind must be open by itself too;
 *  5. the node's own addresses, and the ports it listens on at any local address, need a rule with that one address,
 *     the latter with that one port;
 *     While it is unknown which addresses are the node's own, any may be;
 *  6. port 25 needs a rule that names it: `*:25`.
 */
import { canonicalIpAddress, type Target } from "@flor/wire";
import { isSingleAddress, prefixContains, prefixCovers, sameOctets } from "./address-prefix.ts";
import { type DestinationPattern, matchesAddress, matchesPort, matchesTarget } from "./destination-pattern.ts";
import { embeddedIpv4, type SpecialAddressKind, specialBlocksOf } from "./special-addresses.ts";
import { admitsWho, includesWho, type Who, type WhoPattern } from "./who-pattern.ts";

/** Where somebody may go, or may not. */
export interface EgressRule extends DestinationPattern {
  /** Whom it is for. @default everybody */
  readonly from?: readonly WhoPattern[];
}

/** Rules as configured; both empty: nothing goes out. */
export interface EgressRules {
  readonly allow: readonly EgressRule[];
  readonly deny: readonly EgressRule[];
}

/** What belongs to the node's machine. */
export interface OwnEndpoints {
  /**
   * Addresses of the interfaces, and public ones that lead here; 4 or 16 octets each. Loopback needs no mention.
   * `undefined`: nobody can tell, so every address that is not loopback may be one.
   */
  readonly addresses: readonly Uint8Array[] | undefined;
  /** TCP ports on which this node itself listens. */
  readonly ports: readonly number[];
}

/** Why a destination is refused. */
export type RefusedReason =
  | "no-rule"
  | "denied-by-rule"
  | "own-listener"
  | "own-address"
  | "own-addresses-unknown"
  | "mail-port"
  | "not-an-address"
  | SpecialAddressKind;

/** Outcome of a judgement. */
export type EgressDecision =
  | {
      readonly allowed: true;
      /** What decided. */
      readonly rule: EgressRule;
    }
  | {
      readonly allowed: false;
      readonly refused: RefusedReason;
      /** The rule that refuses; absent: none allows. */
      readonly rule?: EgressRule;
      /** The port alone stands in the way: the address is allowed with others. */
      readonly isForPort?: true;
    };

const MAIL_PORT = 25;
/** Rules that mean the same nodes are kept once; beyond this many of them they are made each time. */
export const VIEWS_MAX = 1024;

/** The rules of an egress and what they make of a destination. */
export class EgressPolicy {
  readonly #rules: EgressRules;
  /** By which of the rules are for somebody. */
  readonly #views = new Map<string, EgressPolicy>();
  readonly #isForEverybody: boolean;
  #own: OwnEndpoints = { addresses: [], ports: [] };

  constructor(rules: EgressRules) {
    this.#rules = rules;
    this.#isForEverybody = [...rules.allow, ...rules.deny].every(({ from }) => from === undefined);
  }

  /** The same policy as far as it concerns one who asks. */
  for(who: Who): EgressPolicy {
    if (this.#isForEverybody && who.network === undefined) return this;
    const { allow, deny } = this.#rules;
    const isAllow = allow.map(({ from }) => admitsWho(from, who));
    const isDeny = deny.map(({ from }) => includesWho(from, who));
    const key = [...isAllow, ...isDeny].map((isMeant) => (isMeant ? "1" : "0")).join("");
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const view = new EgressPolicy({
      allow: allow.filter((_, at) => isAllow[at]),
      deny: deny.filter((_, at) => isDeny[at]),
    });
    if (this.#views.size < VIEWS_MAX) this.#views.set(key, view);
    return view;
  }

  /** Replaces what is known to be this machine's own: call at start and whenever interfaces or listeners change. */
  setOwn(own: OwnEndpoints): void {
    this.#own = own;
  }

  /**
   * Whether a destination is worth resolving. Refused here means refused for whatever address the name has, so that
   * the egress is no oracle for names that it would not connect to.
   */
  judgeTarget(target: Target, port: number): EgressDecision {
    if (target.kind === "address") return this.judge(target, target.address, port);
    const denied = this.#rules.deny.find((rule) => matchesTarget(rule, target, port));
    if (denied !== undefined) return refused("denied-by-rule", denied);
    const mayFit = (rule: DestinationPattern): boolean =>
      matchesTarget(rule, target, port) || (rule.host.kind === "range" && matchesPort(rule, port));
    const allowed = this.#rules.allow.find(mayFit);
    if (allowed !== undefined) return { allowed: true, rule: allowed };
    return this.#rules.allow.some((rule) => matchesTarget(atAnyPort(rule), target, port))
      ? refusedForPort()
      : refused("no-rule");
  }

  /**
   * Whether a connection to `address` and `port` may be made for who asked for `target`.
   *
   * @param resolved one result of resolving the target, 4 or 16 octets
   */
  judge(target: Target, resolved: Uint8Array, port: number): EgressDecision {
    const address = canonicalIpAddress(resolved);
    if (address.length !== 4 && address.length !== 16) return refused("not-an-address");
    const readings = [address, ...embeddedIpv4(address)];
    const fits = (rule: DestinationPattern): boolean =>
      matchesTarget(rule, target, port) || readings.some((reading) => matchesAddress(rule, reading, port));
    const denied = this.#rules.deny.find(fits);
    if (denied !== undefined) return refused("denied-by-rule", denied);
    for (const reading of readings) {
      const reason = this.#closedReason(reading, port);
      if (reason !== undefined) return this.#isOpenAtOthers(reading, reason) ? refusedForPort() : refused(reason);
    }
    const allow = this.#rules.allow.filter(
      (rule) => matchesTarget(rule, target, port) || matchesAddress(rule, address, port),
    );
    const [first] = allow;
    if (first === undefined) {
      const isForPort = this.#rules.allow.map(atAnyPort).some(fits);
      return isForPort ? refusedForPort() : refused("no-rule");
    }
    if (port !== MAIL_PORT) return { allowed: true, rule: first };
    const naming = allow.find((rule) => namesPort(rule, MAIL_PORT));
    return naming === undefined ? refused("mail-port") : { allowed: true, rule: naming };
  }

  /** Whether a range opens the special block that closes the address, though not at the port that was asked for. */
  #isOpenAtOthers(address: Uint8Array, reason: RefusedReason): boolean {
    const block = specialBlocksOf(address).find(({ kind }) => kind === reason);
    return this.#rules.allow.some(
      ({ host }) =>
        block !== undefined &&
        host.kind === "range" &&
        prefixContains(host.prefix, address) &&
        prefixCovers(block.prefix, host.prefix),
    );
  }

  /** Why an address is closed to `*` and to names, unless a range opens it. */
  #closedReason(address: Uint8Array, port: number): RefusedReason | undefined {
    const ranges = this.#rules.allow.flatMap((rule) =>
      rule.host.kind === "range" && matchesAddress(rule, address, port) ? [{ rule, prefix: rule.host.prefix }] : [],
    );
    const exact = ranges.filter(({ prefix }) => isSingleAddress(prefix));
    const blocks = specialBlocksOf(address);
    const isLoopback = blocks.some(({ kind }) => kind === "loopback" || kind === "unspecified");
    const { addresses } = this.#own;
    const isOwn = !isLoopback && (addresses === undefined || addresses.some((own) => sameOctets(own, address)));
    const isLocal = isLoopback || isOwn;
    if (isLocal && this.#own.ports.includes(port) && !exact.some(({ rule }) => namesPort(rule, port))) {
      return "own-listener";
    }
    if (isOwn && exact.length === 0) return addresses === undefined ? "own-addresses-unknown" : "own-address";
    return blocks.find((block) => !ranges.some(({ prefix }) => prefixCovers(block.prefix, prefix)))?.kind;
  }
}

function namesPort({ ports }: DestinationPattern, port: number): boolean {
  return ports?.some(({ first, last }) => first === port && last === port) ?? false;
}

function atAnyPort(rule: DestinationPattern): DestinationPattern {
  return { ...rule, ports: undefined };
}

function refusedForPort(): EgressDecision {
  return { allowed: false, refused: "no-rule", isForPort: true };
}

function refused(reason: RefusedReason, rule?: EgressRule): EgressDecision {
  return { allowed: false, refused: reason, ...(rule === undefined ? {} : { rule }) };
}
