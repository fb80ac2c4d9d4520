/** What people ask of the services of a running node: the methods behind `flor services`, `serve` and `lb`. */
import { parsePublication } from "@flor/config";
import {
  explainService,
  type FlorNode,
  foundServiceOf,
  type ServiceChange,
  type ServicesStatus,
  servicesStatusOf,
  simulateService,
} from "@flor/node";
import type { RegistryStatus } from "@flor/registry";
import { nameOfProtocol, protocolOfName } from "@flor/service";
import type { RunningServices } from "./running-services.ts";

/** Longest lease, milliseconds: who serves says again that it does. */
export const LEASE_MAX_MS = 3_600_000;

type Params = Readonly<Record<string, unknown>>;

/** Methods by name, each with what the command line sent. @throws Error with words for people */
export type ServiceControl = Readonly<Record<ServiceMethod, (params: Params) => unknown>>;

/** What can be asked. */
export const SERVICE_METHODS = [
  "list",
  "lookup",
  "serve",
  "unserve",
  "explain",
  "simulate",
  "drain",
  "enable",
  "weight",
] as const;
/** See {@link SERVICE_METHODS}. */
export type ServiceMethod = (typeof SERVICE_METHODS)[number];

/** The answer to `list`. */
export interface ServicesAnswer extends ServicesStatus {
  /** Absent: nodes tell each other. */
  readonly registry?: RegistryStatus;
}

/** The methods of a node's services. @param wake wants the node's turn soon */
export function serviceControlOf(
  node: FlorNode,
  running: RunningServices,
  { now, wake }: { readonly now: () => number; readonly wake: () => void },
): ServiceControl {
  const { services } = node;
  const nameIn = (params: Params): string => fullName(textIn(params, "name"), services.directory.rules.networks);
  const published = (params: Params): unknown => {
    wake();
    const { name, state, settings, weight } = services.publications.get(nameIn(params))!;
    return { name, state, weight: weight ?? settings.weight };
  };
  return {
    list: (): ServicesAnswer => {
      const registry = running.registryStatus;
      return { ...servicesStatusOf(services, now()), ...(registry === undefined ? {} : { registry }) };
    },
    lookup: (params) => {
      const name = nameIn(params);
      // A name that is asked for is in use: its table tells.
      const found = services.directory.find(name, now());
      if (found.state === "foreign") throw new Error(foreignText(name, services.directory.rules.networks));
      if (found.state === "unknown" && services.directory.ungranted(name).length === 0) throw new Error(found.text);
      return foundServiceOf(services, name, now());
    },
    serve: ({ folder = "/", lease, ...params }) => {
      const parsed = parsePublication(textIn(params, "name"), params["publication"], String(folder));
      if ("problem" in parsed) throw new Error(parsed.problem);
      const leaseMs = lease === undefined ? undefined : Math.min(LEASE_MAX_MS, Number(lease));
      const name = running.serve(parsed.config, leaseMs);
      wake();
      const { state, reason, settings } = services.publications.get(name)!;
      return { name, state, reason, target: settings.targetText, allow: settings.allowText };
    },
    unserve: (params) => {
      running.unserve(nameIn(params));
      wake();
      return {};
    },
    explain: (params) => {
      const { address, port } = clientIn(params["client"]);
      const { user } = params;
      const client = { address, port, user: typeof user === "string" ? user : undefined };
      return explainService(services, nameIn(params), client, now());
    },
    simulate: (params) => simulateService(services, nameIn(params), changeIn(params), now()),
    drain: (params) => {
      services.publications.setDraining(nameIn(params), true, params["now"] === true);
      return published(params);
    },
    enable: (params) => {
      services.publications.setDraining(nameIn(params), false, false);
      services.publications.setWeight(nameIn(params), undefined);
      return published(params);
    },
    weight: (params) => {
      services.publications.setWeight(nameIn(params), Number(params["weight"]));
      return published(params);
    },
  };
}

/** `db` is `db.team` where there is one network. */
function fullName(text: string, networks: readonly string[]): string {
  const name = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
  const [network, ...others] = networks;
  const { name: plain, protocol } = protocolOfName(name);
  if (network === undefined || others.length > 0 || plain.endsWith(`.${network}`)) return name;
  return nameOfProtocol(`${plain}.${network}`, protocol);
}

function foreignText(name: string, networks: readonly string[]): string {
  if (networks.length === 0) return "this node has no services: add services: { network: team } to its configuration";
  return `${name} is not a name of ${networks.join(", ")}: routes decide where it goes`;
}

function textIn(params: Params, key: string): string {
  const text = params[key];
  if (typeof text !== "string" || text === "") throw new Error(`${key} is missing`);
  return text;
}

/** `192.0.2.7:4711`, an address alone, or nothing. */
function clientIn(client: unknown): { readonly address: string; readonly port: number } {
  const text = typeof client === "string" ? client : "";
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  return { address: bracketed ?? plain ?? text, port: Number(port ?? 0) };
}

function changeIn(params: Params): ServiceChange {
  if (params["remove"] !== undefined) return { remove: textIn(params, "remove") };
  return { node: textIn(params, "node"), weight: Number(params["weight"]) };
}
