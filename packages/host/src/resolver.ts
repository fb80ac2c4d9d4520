/**
 * Names to addresses, at the egress, as its machine resolves them: hosts file, search domains, and what nsswitch names
 * beyond DNS. c-ares on the event loop rather than `getaddrinfo`: Node runs that on four threads which it shares with
 * files, so that two slow names would stop every other. What is left for the C library is what only it can find.
 *
 *   hosts file ─▶ DNS, in each search domain ─▶ not found, and there is more than DNS ─▶ C library
 *                 *.local, and there is more than DNS ──────────────────────────────────▶
 */
import { Resolver as DnsResolver } from "node:dns/promises";

import { canonicalIpAddress, Cause, isNumericName, parseIpAddress } from "@flor/wire";
import { causeOfError, type DialFailure } from "./cause-of-error.ts";
import { errorCode } from "./error-code.ts";
import { HostsFile } from "./hosts-file.ts";
import { candidatesOf, MachineNameServices, type NameServices } from "./name-services.ts";
import { Places } from "./places.ts";
import { SystemLookup } from "./system-lookup.ts";

/** The addresses of a name, none of them judged, or why there are none. */
export type Resolution = { readonly addresses: readonly Uint8Array[] } | DialFailure;

/** What a {@link Resolver} is made of. */
export interface ResolverOptions {
  /** @default the system's */
  readonly hostsFile?: HostsFile;
  /** @default the system's */
  readonly nameServices?: Pick<MachineNameServices, "at">;
  /** @default the C library's */
  readonly systemLookup?: Pick<SystemLookup, "addressesOf">;
  /** `ADDRESS` or `ADDRESS:PORT` each. @default the system's */
  readonly servers?: readonly string[];
  /** @default 5000 */
  readonly timeLimitMs?: number;
}

const TIME_LIMIT_MS = 5000;
/** Names asked for at once; more wait. Two queries each, far below what a name server takes. */
export const NAMES_AT_ONCE = 256;
export const NAMES_WAITING_MAX = 8192;
const ADDRESSES_MAX = 32;
/** RFC 8305 section 3: how long a usable IPv4 answer waits for the IPv6 one … */
const RESOLUTION_DELAY_MS = 50;
/** … and an IPv6 answer for the IPv4 one: this side may be without IPv6 and need it. */
const IPV4_ANSWER_DELAY_MS = 1000;
/** c-ares reads resolv.conf once: a laptop in another network needs another instance. */
const SERVERS_VALID_MS = 10_000;
const QUERY = { timeout: 1000, tries: 3, maxTimeout: 2000 };
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;
const LOOPBACK: readonly Uint8Array[] = [parse("127.0.0.1"), parse("::1")].flat();

/** Resolves names with bounds on time, on queries at once and on answers. */
export class Resolver {
  readonly #hosts: HostsFile;
  readonly #nameServices: Pick<MachineNameServices, "at">;
  readonly #systemLookup: Pick<SystemLookup, "addressesOf">;
  readonly #servers: readonly string[] | undefined;
  readonly #timeLimitMs: number;
  readonly #places = new Places(NAMES_AT_ONCE, NAMES_WAITING_MAX);
  #dns: { readonly resolver: DnsResolver; readonly since: number } | undefined;

  constructor(options: ResolverOptions = {}) {
    this.#hosts = options.hostsFile ?? new HostsFile();
    this.#nameServices = options.nameServices ?? new MachineNameServices();
    this.#systemLookup = options.systemLookup ?? new SystemLookup();
    this.#servers = options.servers;
    this.#timeLimitMs = options.timeLimitMs ?? TIME_LIMIT_MS;
  }

  /**
   * The addresses of a name. Names that `getaddrinfo` would read as a number (`127.1`, `0x7f.1`) are refused before
   * any query. Never rejects.
   *
   * @param signal the client left: the result no longer matters
   */
  async resolve(name: string, signal: AbortSignal): Promise<Resolution> {
    const canonical = name.toLowerCase().replace(/\.$/, "");
    if (!NAME.test(canonical)) return { cause: Cause.NAME_NOT_FOUND, text: "not a host name" };
    if (isNumericName(canonical)) return { cause: Cause.NAME_NOT_FOUND, text: "a number, not a host name" };
    const now = performance.now();
    const known = await this.#hosts.addressesOf(canonical, now);
    if (known !== undefined) return { addresses: known };
    // RFC 6761 section 6.3: never asked of a name server.
    if (canonical === "localhost" || canonical.endsWith(".localhost")) return { addresses: LOOPBACK };
    const services = await this.#nameServices.at(now);
    return this.#query(name.toLowerCase(), services, signal);
  }

  async #query(name: string, services: NameServices, signal: AbortSignal): Promise<Resolution> {
    const result = Promise.withResolvers<Resolution>();
    const tooLate = (): void => result.resolve({ cause: Cause.TIMED_OUT, text: "no answer to the name query" });
    if (signal.aborted) tooLate();
    const timer = setTimeout(tooLate, this.#timeLimitMs);
    signal.addEventListener("abort", tooLate, { once: true });
    // The place is held until both queries ended, not until the client lost patience: it bounds what is under way.
    const isTaken = this.#places.run(async () => {
      if (!signal.aborted) await this.#askOrFail(name, services, result.resolve);
    });
    if (!isTaken) result.resolve({ cause: Cause.OVERLOADED, text: "too many name queries" });
    const resolution = await result.promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", tooLate);
    return resolution;
  }

  /** A resolver that cannot be made is an answer too: a task that rejects would keep its place. */
  async #askOrFail(name: string, services: NameServices, answer: (resolution: Resolution) => void): Promise<void> {
    try {
      answer(await this.#askAll(name, services, answer));
    } catch (error) {
      const code = errorCode(error);
      answer({ cause: causeOfQueryError(code), text: `name query: ${code}` });
    }
  }

  async #askAll(name: string, services: NameServices, early: (resolution: Resolution) => void): Promise<Resolution> {
    const ofSystem = name.replace(/\.$/, "");
    // RFC 6762 section 3: not the DNS's, where something else may know.
    if (services.hasOthers && ofSystem.endsWith(".local")) return this.#systemLookup.addressesOf(ofSystem);
    let failure: DialFailure | undefined;
    for (const candidate of candidatesOf(name, services)) {
      const resolution = await this.#ask(candidate, early);
      if ("addresses" in resolution) return resolution;
      if (failure === undefined || failure.cause === Cause.NAME_NOT_FOUND) failure = resolution;
      // Who does not answer for one domain will not for the next; a refusal may be that domain's alone.
      if (resolution.cause === Cause.TIMED_OUT) break;
    }
    if (services.hasOthers && failure?.cause === Cause.NAME_NOT_FOUND) return this.#systemLookup.addressesOf(ofSystem);
    return failure ?? { cause: Cause.NAME_NOT_FOUND, text: "the name has no address" };
  }

  /** Both queries at once; tells early as soon as there is enough to start with, returns when both ended. */
  async #ask(name: string, early: (resolution: Resolution) => void): Promise<Resolution> {
    if (!NAME.test(name)) return { cause: Cause.NAME_NOT_FOUND, text: "not a host name in this domain" };
    const resolver = this.#resolver();
    const failures: DialFailure[] = [];
    const addresses: Uint8Array[] = [];
    let delay: NodeJS.Timeout | undefined;
    const found = (): Resolution => ({ addresses: addresses.slice(0, ADDRESSES_MAX) });
    const take = async (texts: Promise<string[]>, otherDelayMs: number): Promise<void> => {
      try {
        addresses.push(...(await texts).flatMap(parse));
        if (addresses.length > 0) delay ??= setTimeout(() => early(found()), otherDelayMs);
      } catch (error) {
        const code = errorCode(error);
        failures.push({ cause: causeOfQueryError(code), text: `name query: ${code}` });
      }
    };
    await Promise.all([
      take(resolver.resolve6(name), IPV4_ANSWER_DELAY_MS),
      take(resolver.resolve4(name), RESOLUTION_DELAY_MS),
    ]);
    clearTimeout(delay);
    if (addresses.length > 0) return found();
    const slow = failures.find(({ cause }) => cause !== Cause.NAME_NOT_FOUND);
    return slow ?? failures[0] ?? { cause: Cause.NAME_NOT_FOUND, text: "the name has no address" };
  }

  #resolver(): DnsResolver {
    const now = performance.now();
    if (this.#dns === undefined || now - this.#dns.since > SERVERS_VALID_MS) {
      const resolver = new DnsResolver(QUERY);
      if (this.#servers !== undefined) resolver.setServers(this.#servers);
      this.#dns = { resolver, since: now };
    }
    return this.#dns.resolver;
  }
}

/** A refused query is the name server's failure, not the target's. */
function causeOfQueryError(code: string): Cause {
  const cause = causeOfError(code);
  return cause === Cause.NAME_NOT_FOUND || cause === Cause.TIMED_OUT ? cause : Cause.HOST_UNREACHABLE;
}

function parse(text: string): Uint8Array[] {
  const address = parseIpAddress(text);
  return address === undefined ? [] : [canonicalIpAddress(address)];
}
