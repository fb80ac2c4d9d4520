import type { ServiceRecord } from "@flor/service";

/** How a registry stands, for people. */
export interface RegistryStatus {
  readonly kind: "file" | "etcd";
  /** "current", or since when and why what is known may be old. */
  readonly state: "starting" | "current" | "stale";
  /** Milliseconds since 1970 of the last change of `state`. */
  readonly since: number;
  /** Why it is not current; empty when it is. */
  readonly reason: string;
  /** Of the store: etcd's revision, or how often the file was read. */
  readonly revision: number;
  readonly records: number;
  /** Values that were no records, or not their publisher's, since the start. */
  readonly refused: number;
  /** The last of them: where it stands, and why it was refused. */
  readonly lastRefused: string;
}

/** A store of services' records beside the network's own flooding. What it knows stays when the store is away. */
export interface Registry {
  records(): readonly ServiceRecord[];
  status(): RegistryStatus;
  /** Keeps `record` published until it is withdrawn; again with a higher serial to change it. */
  publish(record: ServiceRecord): void;
  /** Takes a record back. */
  withdraw(record: ServiceRecord): void;
  /** Withdraws what was published and lets go of the store. */
  close(): Promise<void>;
}

/** What a registry logs: the store is away, is back, or holds something that was refused; a snapshot was not written. */
export type RegistryEvent = "registry-stale" | "registry-current" | "registry-refused" | "registry-snapshot-failed";

/** What every registry is given. */
export interface RegistryObserver {
  /** `records()` changed. */
  handleRecordsChanged(): void;
  log(event: RegistryEvent, fields: Readonly<Record<string, string>>): void;
}
