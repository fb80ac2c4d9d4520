/**
 * Follows all keys of a prefix: the whole range first, then a watch from the revision after it. It goes on from where
 * it was after a break, reads the range again when etcd compacted that away, and notices a watch that died in silence.
 */
import type { ClientDuplexStream } from "@grpc/grpc-js";
import { causeOf, type EtcdClient } from "./etcd-client.ts";
import {
  etcdMethods,
  EVENT_DELETE,
  type EtcdKeyValue,
  type EtcdWatchRequest,
  type EtcdWatchResponse,
  rangeEndOf,
} from "./etcd-messages.ts";
import { etcdBackOff } from "./etcd-back-off.ts";
import { REGISTRY_RECORDS_MAX } from "../signed-records.ts";

/** A watch is asked for its revision so often; one that says nothing for three times as long is dead. */
const PROGRESS_INTERVAL_MS = 3000;
const SILENCE_MAX_MS = 3 * PROGRESS_INTERVAL_MS;
/** Keys of one page of the range. */
const PAGE_KEYS = 500;

/** What the watcher tells. */
export interface EtcdWatcherObserver {
  /** The whole range, as of `revision`. */
  handleRange(values: readonly EtcdKeyValue[], revision: number): void;
  /** A key was set, or deleted when `value` is undefined. */
  handleChange(key: Uint8Array, value: Uint8Array | undefined, revision: number): void;
  /** All changes up to now are told. */
  handleCurrent(): void;
  /** etcd does not answer; what was told stays. */
  handleStale(reason: string): void;
}

type WatchStream = ClientDuplexStream<EtcdWatchRequest, EtcdWatchResponse>;

/** One watch for good, over any number of connections. */
export class EtcdWatcher {
  readonly #client: EtcdClient;
  readonly #prefix: string;
  readonly #observer: EtcdWatcherObserver;
  #revision = 0;
  #stream: WatchStream | undefined;
  #timer: NodeJS.Timeout | undefined;
  #progress: NodeJS.Timeout | undefined;
  #heardAt = 0;
  readonly #backOff = etcdBackOff();
  #isClosed = false;

  constructor(client: EtcdClient, prefix: string, observer: EtcdWatcherObserver) {
    this.#client = client;
    this.#prefix = prefix;
    this.#observer = observer;
    this.#retryIn(0);
  }

  /** The revision up to which changes are told. */
  get revision(): number {
    return this.#revision;
  }

  close(): void {
    this.#isClosed = true;
    this.#endStream();
    clearTimeout(this.#timer);
  }

  #retryIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#begin().catch((error: unknown) => this.#fail(String(error instanceof Error ? error.message : error)));
    }, ms);
  }

  async #begin(): Promise<void> {
    if (this.#revision === 0) await this.#readRange();
    if (!this.#isClosed) this.#watch();
  }

  async #readRange(): Promise<void> {
    const rangeEnd = rangeEndOf(this.#prefix);
    const values: EtcdKeyValue[] = [];
    let key: Uint8Array = Buffer.from(this.#prefix);
    let revision = 0;
    for (let more = true; more;) {
      const page = await this.#client.call(etcdMethods.range, { key, rangeEnd, limit: PAGE_KEYS, revision });
      values.push(...page.kvs);
      // The pages that follow are read as of the same revision: one consistent picture.
      revision ||= page.header?.revision ?? 0;
      const last = page.kvs.at(-1);
      // What is beyond the bound is refused whatever it is: a store without end is not read to its end.
      more = page.more && last !== undefined && values.length <= REGISTRY_RECORDS_MAX;
      if (last !== undefined) key = Buffer.concat([last.key, Buffer.of(0)]);
    }
    if (this.#isClosed) return;
    this.#revision = revision;
    this.#observer.handleRange(values, revision);
  }

  #watch(): void {
    const stream = this.#client.stream(etcdMethods.watch);
    this.#stream = stream;
    this.#heardAt = performance.now();
    stream.on("data", (response: EtcdWatchResponse) => this.#handleResponse(stream, response));
    stream.on("error", (error) => this.#lose(stream, causeOf(error)));
    stream.on("end", () => this.#lose(stream, "etcd ended the watch"));
    const range = { key: Buffer.from(this.#prefix), rangeEnd: rangeEndOf(this.#prefix) };
    stream.write({ create: { ...range, startRevision: this.#revision + 1, progressNotify: true } });
    this.#progress = setInterval(() => this.#askProgress(stream), PROGRESS_INTERVAL_MS);
  }

  #askProgress(stream: WatchStream): void {
    const silence = performance.now() - this.#heardAt;
    if (silence > SILENCE_MAX_MS) return this.#lose(stream, `nothing heard for ${Math.round(silence / 1000)} s`);
    stream.write({ progress: {} });
  }

  #handleResponse(stream: WatchStream, response: EtcdWatchResponse): void {
    if (stream !== this.#stream) return;
    this.#heardAt = performance.now();
    if (response.canceled) {
      // What lies between is compacted away: only the whole range tells what is there now.
      if (response.compactRevision > 0) this.#revision = 0;
      return this.#lose(stream, response.cancelReason || "etcd cancelled the watch");
    }
    const revision = response.header?.revision ?? this.#revision;
    for (const { type, kv } of response.events)
      this.#observer.handleChange(kv.key, type === EVENT_DELETE ? undefined : kv.value, revision);
    // The header of "created" names etcd's revision, of which the changes up to there are yet to come.
    if (!response.created) this.#revision = Math.max(this.#revision, revision);
    this.#backOff.reset();
    this.#observer.handleCurrent();
  }

  #lose(stream: WatchStream, reason: string): void {
    if (stream !== this.#stream) return;
    this.#endStream();
    this.#fail(`etcd at ${this.#client.endpoint}: ${reason}`);
  }

  #endStream(): void {
    clearInterval(this.#progress);
    const stream = this.#stream;
    this.#stream = undefined;
    // A cancelled stream still reports an error, to nobody.
    stream?.on("error", () => undefined);
    stream?.cancel();
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    this.#observer.handleStale(reason);
    this.#client.rotate();
    this.#retryIn(this.#backOff.next());
  }
}
