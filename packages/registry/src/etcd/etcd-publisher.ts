/**
 * Keeps values in etcd under a lease: when this process dies, they go with the lease. A lease that etcd forgot is
 * noticed at the next renewal and replaced, and everything is put again.
 */
import { randomInt } from "node:crypto";
import { causeOf, type EtcdClient } from "./etcd-client.ts";
import { etcdMethods } from "./etcd-messages.ts";
import { etcdBackOff } from "./etcd-back-off.ts";

/** What is published goes so long after the last renewal. */
export const LEASE_SECONDS = 10;
const RENEWALS = 3;
/** Lease ids are chosen here, small enough for a number to hold exactly. */
const LEASE_ID_MAX = 2 ** 47;

/** Values under one lease. */
export class EtcdPublisher {
  readonly #client: EtcdClient;
  readonly #handleError: (reason: string) => void;
  /** What shall stand where; `undefined`: deleted. */
  readonly #wanted = new Map<string, Uint8Array>();
  readonly #written = new Map<string, Uint8Array>();
  #lease = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #backOff = etcdBackOff();
  #isBusy = false;
  #isClosed = false;

  constructor(client: EtcdClient, handleError: (reason: string) => void) {
    this.#client = client;
    this.#handleError = handleError;
  }

  set(path: string, value: Uint8Array): void {
    this.#wanted.set(path, value);
    this.#in(0);
  }

  delete(path: string): void {
    if (!this.#wanted.delete(path)) return;
    this.#in(0);
  }

  /** Takes everything back, by revoking the lease. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#lease === 0) return;
    try {
      await this.#client.call(etcdMethods.leaseRevoke, { ID: this.#lease });
    } catch {
      // Without etcd the lease ends by itself.
    }
  }

  #in(ms: number): void {
    if (this.#isClosed || this.#isBusy) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#round(), ms);
  }

  /** One renewal, with what changed since; never rejects. */
  async #round(): Promise<void> {
    this.#isBusy = true;
    let next = (1000 * LEASE_SECONDS) / RENEWALS;
    let hasFailed = false;
    try {
      await this.#renew();
      await this.#write();
      this.#backOff.reset();
    } catch (error) {
      hasFailed = true;
      next = this.#backOff.next();
      this.#handleError(error instanceof Error ? error.message : String(error));
      this.#client.rotate();
    }
    this.#isBusy = false;
    const isIdle = this.#wanted.size === 0 && this.#written.size === 0;
    if (!isIdle) this.#in(this.#isUpToDate() || hasFailed ? next : 0);
  }

  #isUpToDate(): boolean {
    if (this.#wanted.size !== this.#written.size) return false;
    for (const [path, value] of this.#wanted) if (this.#written.get(path) !== value) return false;
    return true;
  }

  async #renew(): Promise<void> {
    if (this.#lease !== 0 && (await this.#keepAlive(this.#lease))) return;
    this.#written.clear();
    this.#lease = 0;
    const id = randomInt(1, LEASE_ID_MAX);
    const { error } = await this.#client.call(etcdMethods.leaseGrant, { TTL: LEASE_SECONDS, ID: id });
    if (error !== "") throw new Error(`etcd at ${this.#client.endpoint}: ${error}`);
    this.#lease = id;
  }

  /** Renews a lease once; false when etcd no longer knows it. */
  #keepAlive(id: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const stream = this.#client.stream(etcdMethods.leaseKeepAlive);
      const timer = setTimeout(() => stream.destroy(new Error("no answer to the lease's renewal")), 3000);
      stream.on("data", ({ TTL }: { TTL: number }) => {
        clearTimeout(timer);
        resolve(TTL > 0);
        stream.end();
      });
      stream.on("error", (error) => {
        clearTimeout(timer);
        reject(new Error(`etcd at ${this.#client.endpoint}: ${causeOf(error)}`));
      });
      stream.on("end", () => {
        clearTimeout(timer);
        reject(new Error(`etcd at ${this.#client.endpoint}: it ended the renewal`));
      });
      stream.write({ ID: id });
    });
  }

  async #write(): Promise<void> {
    for (const path of this.#written.keys()) {
      if (this.#wanted.has(path)) continue;
      await this.#client.call(etcdMethods.deleteRange, { key: Buffer.from(path) });
      this.#written.delete(path);
    }
    for (const [path, value] of this.#wanted) {
      if (this.#written.get(path) === value) continue;
      await this.#client.call(etcdMethods.put, { key: Buffer.from(path), value, lease: this.#lease });
      this.#written.set(path, value);
    }
  }
}
