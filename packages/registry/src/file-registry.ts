/**
 * Services' records from a YAML file that is watched. The whole file is taken or none of it: what is wrong in it is
 * said, and the records of before stay.
 */
import { readYamlFile } from "@flor/config";
import { parseNodeId } from "@flor/quic/identity";
import {
  hexOf,
  PRIORITY_MAX,
  parseServiceName,
  recordError,
  type ServiceRecord,
  WEIGHT_DEFAULT,
  WEIGHT_MAX,
} from "@flor/service";
import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Registry, RegistryObserver, RegistryStatus } from "./registry.ts";
import { REGISTRY_RECORDS_MAX } from "./signed-records.ts";

/** What `fs.watch` misses is found this often. */
const POLL_MS = 1000;
/** A file that is written in pieces is read when it was left alone so long. */
const SETTLE_MS = 50;

const FILE = z.strictObject({
  services: z
    .array(
      z.strictObject({
        name: z.string(),
        publisher: z.string(),
        port: z.int().min(1).max(65_535),
        protocol: z.enum(["tcp", "udp"]).default("tcp"),
        weight: z.int().min(0).max(WEIGHT_MAX).default(WEIGHT_DEFAULT),
        state: z.enum(["up", "down", "draining"]).default("up"),
        zone: z.string().default(""),
        priority: z.int().min(0).max(PRIORITY_MAX).default(0),
        tags: z.array(z.string()).default([]),
        tableSize: z.int().default(0),
        affinity: z.enum(["flow", "client", "node", "none"]).default("flow"),
        boundedLoad: z.int().min(0).default(0),
        wantsUser: z.boolean().default(false),
        wantsClient: z.boolean().default(false),
        isFallback: z.boolean().default(false),
      }),
    )
    .max(REGISTRY_RECORDS_MAX),
});

/** A registry in a file. */
export class FileRegistry implements Registry {
  readonly #file: string;
  readonly #network: string;
  readonly #observer: RegistryObserver;
  readonly #watcher: FSWatcher | undefined;
  readonly #poll: NodeJS.Timeout;
  #settle: NodeJS.Timeout | undefined;
  #seen = "";
  #records: readonly ServiceRecord[] = [];
  #reads = 0;
  #refused = 0;
  #state: RegistryStatus["state"] = "starting";
  #since = Date.now();
  #reason = "not read yet";

  constructor(file: string, network: string, observer: RegistryObserver) {
    this.#file = file;
    this.#network = network;
    this.#observer = observer;
    this.#watcher = this.#watchFolder();
    this.#poll = setInterval(() => this.#look(), POLL_MS);
    this.#read();
  }

  records(): readonly ServiceRecord[] {
    return this.#records;
  }

  status(): RegistryStatus {
    const state = { state: this.#state, since: this.#since, reason: this.#reason };
    const lastRefused = this.#state === "stale" ? this.#reason : "";
    const figures = { revision: this.#reads, records: this.#records.length, refused: this.#refused, lastRefused };
    return { kind: "file", ...state, ...figures };
  }

  /** A file is written by people: what this node publishes is not written into it. */
  publish(): void {}

  withdraw(): void {}

  close(): Promise<void> {
    this.#watcher?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
    return Promise.resolve();
  }

  /** The folder is watched, not the file: editors and Kubernetes replace a file rather than write it. */
  #watchFolder(): FSWatcher | undefined {
    try {
      const watcher = watch(dirname(this.#file), () => this.#look());
      // Where watching fails, polling finds changes.
      watcher.on("error", () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  #look(): void {
    if (stampOf(this.#file) === this.#seen) return;
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#read(), SETTLE_MS);
  }

  #read(): void {
    this.#seen = stampOf(this.#file);
    try {
      this.#records = this.#recordsOf(readYamlFile(this.#file));
      this.#reads += 1;
      this.#enter("current", "");
      this.#observer.handleRecordsChanged();
    } catch (error) {
      this.#refused += 1;
      this.#enter("stale", `${this.#file}: ${errorText(error)}`);
    }
  }

  #recordsOf(listing: unknown): readonly ServiceRecord[] {
    const serial = this.#reads + 1;
    return FILE.parse(listing).services.map(({ name, publisher, ...rest }) => {
      const parsed = parseServiceName(name);
      if ("error" in parsed) throw new Error(parsed.error);
      if (parsed.network !== this.#network) throw new Error(`${name} is not of the network ${this.#network}`);
      const key = parseNodeId(publisher);
      if (key === undefined) throw new Error(`${publisher} is no node id`);
      const record = { ...parsed, ...rest, publisher: hexOf(key), serial };
      const wrong = recordError(record);
      if (wrong !== undefined) throw new Error(`${name}: ${wrong}`);
      return record;
    });
  }

  #enter(state: "current" | "stale", reason: string): void {
    const isNews = this.#state !== state || this.#reason !== reason;
    if (this.#state !== state) this.#since = Date.now();
    this.#state = state;
    this.#reason = reason;
    if (isNews) this.#observer.log(`registry-${state}`, reason === "" ? {} : { reason });
  }
}

/** What tells one version of a file from another; empty when there is none. */
function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return "";
  }
}

function errorText(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  return error instanceof Error ? error.message : String(error);
}
