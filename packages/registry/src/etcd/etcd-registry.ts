/** Services' records in etcd: watched, verified, kept on disk for the time that etcd is away. */
import type { Verifier } from "@flor/quic/identity";
import { sealRecord, type ServiceRecord } from "@flor/service";
import type { Registry, RegistryObserver, RegistryStatus } from "../registry.ts";
import { recordPath, servicesPrefix, SignedRecords } from "../signed-records.ts";
import { readSnapshot, writeSnapshot } from "../snapshot-file.ts";
import { EtcdClient, type EtcdEndpoints } from "./etcd-client.ts";
import type { EtcdKeyValue } from "./etcd-messages.ts";
import { EtcdPublisher } from "./etcd-publisher.ts";
import { EtcdWatcher } from "./etcd-watcher.ts";

/** Changes are collected for so long before the snapshot is written. */
const SNAPSHOT_DELAY_MS = 1000;

/** What the registry needs. */
export interface EtcdRegistryOptions extends EtcdEndpoints {
  readonly network: string;
  /** Where the last known records are kept, or nothing to keep none. */
  readonly snapshotFile?: string;
  sign(octets: Uint8Array): Uint8Array;
  readonly verify: Verifier;
}

/** A registry in etcd. */
export class EtcdRegistry implements Registry {
  readonly #options: EtcdRegistryOptions;
  readonly #observer: RegistryObserver;
  readonly #held: SignedRecords;
  readonly #watchClient: EtcdClient;
  readonly #publishClient: EtcdClient;
  readonly #watcher: EtcdWatcher;
  readonly #publisher: EtcdPublisher;
  #state: RegistryStatus["state"] = "starting";
  #since = Date.now();
  #reason = "etcd has not answered yet";
  #snapshotTimer: NodeJS.Timeout | undefined;

  constructor(options: EtcdRegistryOptions, observer: RegistryObserver) {
    this.#options = options;
    this.#observer = observer;
    this.#held = new SignedRecords(options.verify);
    this.#loadSnapshot();
    // A publisher that goes on to the next endpoint must not end the watch.
    this.#watchClient = new EtcdClient(options);
    this.#publishClient = new EtcdClient(options);
    this.#watcher = new EtcdWatcher(this.#watchClient, servicesPrefix(options.network), {
      handleRange: (values) => this.#handleRange(values),
      handleChange: (key, value) => this.#handleChange(key, value),
      handleCurrent: () => this.#enter("current", ""),
      handleStale: (reason) => this.#enter("stale", reason),
    });
    this.#publisher = new EtcdPublisher(this.#publishClient, (reason) => this.#enter("stale", reason));
  }

  records(): readonly ServiceRecord[] {
    return this.#held.records();
  }

  status(): RegistryStatus {
    const { refused, lastRefused, size } = this.#held;
    const state = { state: this.#state, since: this.#since, reason: this.#reason };
    return { kind: "etcd", ...state, revision: this.#watcher.revision, records: size, refused, lastRefused };
  }

  publish(record: ServiceRecord): void {
    this.#publisher.set(
      recordPath(record),
      sealRecord(record, (octets) => this.#options.sign(octets)),
    );
  }

  withdraw(record: ServiceRecord): void {
    this.#publisher.delete(recordPath(record));
  }

  async close(): Promise<void> {
    this.#watcher.close();
    if (this.#snapshotTimer !== undefined) this.#saveSnapshot();
    await this.#publisher.close();
    this.#watchClient.close();
    this.#publishClient.close();
  }

  #handleRange(values: readonly EtcdKeyValue[]): void {
    const paths = new Set<string>();
    for (const { key, value } of values) {
      const path = Buffer.from(key).toString();
      paths.add(path);
      this.#put(path, value);
    }
    this.#held.keepOnly(paths);
    this.#changed();
  }

  #handleChange(key: Uint8Array, value: Uint8Array | undefined): void {
    const path = Buffer.from(key).toString();
    if (value === undefined) this.#held.delete(path);
    else this.#put(path, value);
    this.#changed();
  }

  #put(path: string, value: Uint8Array): void {
    const refused = this.#held.put(path, value);
    if (refused !== undefined) this.#observer.log("registry-refused", { reason: refused });
  }

  #changed(): void {
    this.#observer.handleRecordsChanged();
    if (this.#options.snapshotFile !== undefined)
      this.#snapshotTimer ??= setTimeout(() => this.#saveSnapshot(), SNAPSHOT_DELAY_MS);
  }

  #enter(state: "current" | "stale", reason: string): void {
    this.#reason = reason;
    if (this.#state === state) return;
    this.#state = state;
    this.#since = Date.now();
    this.#observer.log(`registry-${state}`, reason === "" ? {} : { reason });
  }

  #loadSnapshot(): void {
    const snapshot = this.#options.snapshotFile === undefined ? undefined : readSnapshot(this.#options.snapshotFile);
    for (const [path, octets] of snapshot?.records ?? []) this.#put(path, octets);
  }

  #saveSnapshot(): void {
    clearTimeout(this.#snapshotTimer);
    this.#snapshotTimer = undefined;
    try {
      writeSnapshot(this.#options.snapshotFile!, { revision: this.#watcher.revision, records: this.#held.entries() });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#observer.log("registry-snapshot-failed", { reason });
    }
  }
}
