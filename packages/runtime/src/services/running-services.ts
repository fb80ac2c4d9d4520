/** The services of a running node: what its configuration and people at run time publish, checks, and the registry. */
import { isDeepStrictEqual } from "node:util";
import { type Config, fallbackError, type PublicationConfig, type ServicesConfig } from "@flor/config";
import type { Log, ProbePlace } from "@flor/host";
import type { DialOutcome, FlorNode, PublicationSettings, ServiceClient } from "@flor/node";
import type { Registry, RegistryStatus } from "@flor/registry";
import type { Signer, Verifier } from "@flor/quic";
import { nameInNetworkError, nameOfProtocol, protocolOfName, recordName, type ServiceRecord } from "@flor/service";
import { Cause, formatIpAddress } from "@flor/wire";
import type { LivePart, Preparation } from "../parts/live-part.ts";
import { HealthChecks } from "./health-checks.ts";
import { Leases } from "./leases.ts";
import { type NodeNames, publicationSettingsOf, servicesSettingsOf } from "./publication-settings.ts";
import { openRegistry } from "./registry-of.ts";

/** A burst of a registry's changes is taken as one. */
const REGISTRY_DELAY_MS = 100;

/** Takes the clients of a service in this program. */
export type ServeHere = (client: ServiceClient, outcome: DialOutcome) => void;

/** A service of this program. */
export interface Serving {
  /** `db.team` */
  readonly name: string;
  /** Takes it back; open connections stay. */
  close(): void;
}

/** What the services of a node need. */
export interface RunningServicesOptions {
  readonly node: () => FlorNode;
  readonly now: () => number;
  readonly log: Log;
  readonly sign: Signer;
  readonly verify: Verifier;
  readonly whoOf: NodeNames["whoOf"];
}

/** See the head of this file. */
export class RunningServices implements LivePart {
  readonly #options: RunningServicesOptions;
  readonly #names: NodeNames;
  readonly #checks: HealthChecks;
  readonly #leases: Leases;
  readonly #programs = new Map<string, ServeHere>();
  /** What the configuration publishes, by name. */
  #configured = new Map<string, PublicationConfig>();
  /** What was published at run time, by name. */
  readonly #served = new Map<string, PublicationConfig>();
  #config: ServicesConfig | undefined;
  #registry: Registry | undefined;
  /** Records that the registry was given, by name. */
  #inRegistry = new Map<string, ServiceRecord>();
  #registryTimer: NodeJS.Timeout | undefined;

  constructor(options: RunningServicesOptions) {
    this.#options = options;
    this.#names = {
      nameOf: (key) => options.node().sessions.peers.get(key)?.settings.name,
      whoOf: options.whoOf,
    };
    this.#checks = new HealthChecks({
      handleHealth: (name, isUp, reason) => this.#handleHealth(name, isUp, reason),
    });
    this.#leases = new Leases((name) => {
      options.log.write("warn", "service-lapsed", { service: name, reason: "its flor serve no longer answers" });
      this.#delete(name);
    });
  }

  get registryStatus(): RegistryStatus | undefined {
    return this.#registry?.status();
  }

  /** Opens another registry where one is wanted; with the rest nothing can go wrong. */
  async prepare({ services: wanted }: Pick<Config, "services">): Promise<Preparation> {
    const isOther = !isDeepStrictEqual(
      [this.#config?.registry, this.#config?.network],
      [wanted?.registry, wanted?.network],
    );
    const registry = isOther && wanted !== undefined ? await this.#openRegistry(wanted) : undefined;
    return {
      commit: async () => {
        const before = isOther ? this.#registry : undefined;
        this.#apply(wanted);
        if (isOther) this.#replaceRegistry(registry);
        await before?.close();
      },
      abandon: async () => registry?.close(),
    };
  }

  /**
   * Publishes a service until it is taken back, or until its lease runs out; its name.
   *
   * @throws Error that says what to do
   */
  serve(config: PublicationConfig, leaseMs: number | undefined): string {
    const { services, name } = this.#placeOf(config);
    const unknown = fallbackError(
      { service: config.target.kind === "service" ? config.target.name : undefined },
      services.others.map(({ network }) => network),
    );
    if (unknown !== undefined) throw new Error(`${name} ${unknown}`);
    if (this.#configured.has(name)) throw new Error(`${name} is published by the configuration: change it there`);
    // Who says again what it serves renews its lease, and nothing else.
    if (!isDeepStrictEqual(this.#served.get(name), config)) {
      this.#publish(publicationSettingsOf(config, services, "run-time", this.#names), config);
      this.#served.set(name, config);
    }
    if (leaseMs === undefined) this.#leases.end(name);
    else this.#leases.renew(name, leaseMs);
    return name;
  }

  /** Serves a service in this program. @throws Error as {@link serve} does */
  serveHere(config: PublicationConfig, handle: ServeHere): Serving {
    const { services, name } = this.#placeOf(config);
    if (this.#options.node().services.publications.get(name) !== undefined)
      throw new Error(`${name} is already published by this node`);
    const settings = publicationSettingsOf(config, services, "run-time", this.#names);
    this.#programs.set(name, handle);
    this.#publish(
      { ...settings, target: { kind: "program", name }, isChecked: false },
      { ...config, health: undefined },
    );
    return { name, close: () => void (this.#programs.get(name) === handle && this.#delete(name)) };
  }

  /** Takes back what was published at run time. @throws Error when that name was not */
  unserve(service: string): void {
    const name = this.#nameOf(service);
    if (this.#configured.has(name)) throw new Error(`${name} is published by the configuration: remove it there`);
    if (!this.#delete(name)) throw new Error(`this node does not publish ${name}`);
  }

  /** A client of a service of this program. */
  handleProgramClient(name: string, client: ServiceClient, outcome: DialOutcome): void {
    const serve = this.#programs.get(name);
    if (serve === undefined) outcome.failed(Cause.CONNECTION_REFUSED, `no program serves ${name}`);
    else serve(client, outcome);
  }

  /** What this node publishes changed. */
  handleOwnRecords(records: readonly ServiceRecord[]): void {
    const registry = this.#registry;
    if (registry === undefined) return;
    const before = this.#inRegistry;
    this.#inRegistry = new Map(records.map((record) => [recordName(record), record]));
    for (const record of records)
      if (before.get(recordName(record))?.serial !== record.serial) registry.publish(record);
    for (const [name, record] of before) if (!this.#inRegistry.has(name)) registry.withdraw(record);
  }

  /** Withdraws what is in a registry, and stops all checks. */
  async close(): Promise<void> {
    this.#checks.close();
    this.#leases.close();
    clearTimeout(this.#registryTimer);
    await this.#registry?.close();
  }

  /** Where a publication belongs. @throws Error if this node has no services, or the name names the network twice */
  #placeOf(config: PublicationConfig): { readonly services: ServicesConfig; readonly name: string } {
    const services = this.#config;
    if (services === undefined)
      throw new Error("this node has no services: add services: { network: team } to its configuration");
    return { services, name: nameOf(config, services) };
  }

  #nameOf(service: string): string {
    const { name, protocol } = protocolOfName(service.toLowerCase());
    const network = this.#config?.network;
    if (network === undefined) return nameOfProtocol(name, protocol);
    return nameOfProtocol(name.endsWith(`.${network}`) ? name : `${name}.${network}`, protocol);
  }

  async #openRegistry(config: ServicesConfig): Promise<Registry | undefined> {
    const { sign, verify, log } = this.#options;
    return openRegistry(config.registry, {
      network: config.network,
      sign,
      verify,
      observer: {
        handleRecordsChanged: () => this.#takeRegistrySoon(),
        log: (event, fields) => log.write(event === "registry-current" ? "info" : "warn", event, fields),
      },
    });
  }

  /** Brings the services to what a configuration says; what was published at run time stays. */
  #apply(config: ServicesConfig | undefined): void {
    this.#config = config;
    const { node, now } = this.#options;
    node().services.configure(servicesSettingsOf(config, this.#names), now());
    this.#applyPublications(config);
  }

  #replaceRegistry(registry: Registry | undefined): void {
    this.#registry = registry;
    this.#inRegistry.clear();
    this.#takeRegistrySoon();
    this.handleOwnRecords(this.#options.node().services.publications.records());
  }

  #takeRegistrySoon(): void {
    this.#registryTimer ??= setTimeout(() => {
      this.#registryTimer = undefined;
      const { node, now } = this.#options;
      node().services.setRegistryRecords(this.#registry?.records() ?? [], now());
    }, REGISTRY_DELAY_MS);
  }

  #applyPublications(config: ServicesConfig | undefined): void {
    const wanted = new Map(config?.publish.map((one) => [recordName({ ...one, network: config.network }), one]));
    for (const name of this.#configured.keys()) if (!wanted.has(name)) this.#delete(name);
    for (const [name, one] of wanted) {
      if (config === undefined || isDeepStrictEqual(this.#configured.get(name), one)) continue;
      this.#leases.end(name);
      this.#publish(publicationSettingsOf(one, config, "configuration", this.#names), one);
    }
    this.#configured = wanted;
  }

  #publish(settings: PublicationSettings, { health }: PublicationConfig): void {
    const { name } = this.#options.node().services.publications.set(settings);
    const place = placeOf(settings);
    if (health === undefined || place === undefined) this.#checks.stop(name);
    else this.#checks.start({ name, place, targetText: settings.targetText, check: health });
  }

  #delete(name: string): boolean {
    this.#checks.stop(name);
    this.#leases.end(name);
    this.#programs.delete(name);
    this.#served.delete(name);
    return this.#options.node().services.publications.delete(name);
  }

  #handleHealth(name: string, isUp: boolean, reason: string): void {
    const { node, log } = this.#options;
    const { publications } = node().services;
    const was = publications.get(name)?.isUp;
    publications.setUp(name, isUp, reason);
    if (was !== undefined && was !== isUp)
      log.write(isUp ? "info" : "warn", isUp ? "service-up" : "service-down", { service: name, reason });
  }
}

function placeOf({ target }: PublicationSettings): ProbePlace | undefined {
  if (target.kind === "program" || target.kind === "service") return undefined;
  if (target.kind === "unix") return { path: target.path };
  const { target: host, port } = target.destination;
  return { host: host.kind === "domain" ? host.name : formatIpAddress(host.address), port };
}

/** @throws Error when the network's name stands in it twice */
function nameOf(config: PublicationConfig, { network }: ServicesConfig): string {
  const wrong = nameInNetworkError(config.service, network);
  if (wrong !== undefined) throw new Error(wrong);
  return recordName({ ...config, network });
}
