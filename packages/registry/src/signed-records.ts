import { nameOfProtocol, openRecord, type ServiceRecord } from "@flor/service";
import type { Verifier } from "@flor/quic/identity";

/** Records that a store may hold for one network; what is beyond is refused. */
export const REGISTRY_RECORDS_MAX = 65_536;

/** Where a record of a network stands in a store. */
export function recordPath({ network, service, publisher, port, protocol }: ServiceRecord): string {
  return nameOfProtocol(`${servicesPrefix(network)}${service}/${publisher}/${port}`, protocol);
}

/** What all paths of a network's records begin with. */
export function servicesPrefix(network: string): string {
  return `/flor/${network}/services/`;
}

interface Held {
  readonly octets: Uint8Array;
  readonly record: ServiceRecord;
}

/** Records of a store that nobody trusts: each must be its publisher's, and stand where it belongs. */
export class SignedRecords {
  refused = 0;
  lastRefused = "";
  readonly most: number;
  readonly #verify: Verifier;
  readonly #byPath = new Map<string, Held>();

  /** @param most records at once */
  constructor(verify: Verifier, most: number = REGISTRY_RECORDS_MAX) {
    this.#verify = verify;
    this.most = most;
  }

  get size(): number {
    return this.#byPath.size;
  }

  records(): readonly ServiceRecord[] {
    return Array.from(this.#byPath.values(), ({ record }) => record);
  }

  /** Where each stands and its octets, for a snapshot. */
  entries(): readonly (readonly [string, Uint8Array])[] {
    return Array.from(this.#byPath, ([path, { octets }]) => [path, octets] as const);
  }

  /** Takes the value at `path`. Returns why it is refused, or `undefined`; a refused value leaves what was there. */
  put(path: string, octets: Uint8Array): string | undefined {
    const opened = openRecord(octets, this.#verify);
    if ("error" in opened) return this.#refuse(path, opened.error);
    const { record } = opened;
    if (recordPath(record) !== path) return this.#refuse(path, `it is the record of ${recordPath(record)}`);
    const before = this.#byPath.get(path);
    if (before === undefined && this.#byPath.size >= this.most)
      return this.#refuse(path, `there are ${this.most} records already`);
    if (before !== undefined && before.record.serial > record.serial)
      return this.#refuse(path, `serial ${record.serial} is older than ${before.record.serial}`);
    this.#byPath.set(path, { octets, record });
    return undefined;
  }

  delete(path: string): void {
    this.#byPath.delete(path);
  }

  /** Forgets what is not at one of `paths`. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#byPath.keys()) if (!paths.has(path)) this.#byPath.delete(path);
  }

  #refuse(path: string, why: string): string {
    this.refused += 1;
    this.lastRefused = `${path}: ${why}`;
    return this.lastRefused;
  }
}
