import { resolve } from "node:path";
import { HEALTH_TIMES, labelsError } from "@flor/service";
import { destinationText } from "@flor/wire";
import type { CheckConfig, ProbeConfig, PublicationConfig, RegistryConfig, ServicesConfig } from "./config.ts";
import { type CheckShape, publicationSchema, type PublicationShape, type ServicesShape } from "./services-schema.ts";

/** A socket has no port that clients could name: that of the web. */
const PORT_OF_SOCKET = 80;
const CHECK_TIMEOUT_MS = 1000;

/** Makes `services` of a file that passed every check; relative paths start at `folder`. */
export function assembleServices(shape: ServicesShape, folder: string): ServicesConfig {
  const { network, zone = "", trust, publish } = shape;
  return {
    network,
    zone,
    trust: Object.entries(trust).map(([names, by]) => ({ names, by })),
    registry: registryOf(shape.registry, folder),
    publish: Object.entries(publish).map(([service, one]) => publicationOf(service, one, folder)),
  };
}

/** Reads what somebody wants to publish at run time, in the words of the file; the problem says all that is wrong. */
export function parsePublication(
  service: string,
  value: unknown,
  folder: string,
): { readonly config: PublicationConfig } | { readonly problem: string } {
  const wrong = labelsError(service);
  if (wrong !== undefined) return { problem: wrong };
  const parsed = publicationSchema.safeParse(value);
  if (parsed.success) return { config: publicationOf(service.toLowerCase(), parsed.data, folder) };
  return {
    problem: parsed.error.issues.map(({ path, message }) => `${[service, ...path].join(".")} ${message}`).join("; "),
  };
}

function registryOf(shape: ServicesShape["registry"], folder: string): RegistryConfig {
  if (shape === "flood") return { kind: "flood" };
  if ("file" in shape) return { kind: "file", file: resolve(folder, shape.file) };
  const pathOf = (path: string | undefined): string | undefined => path && resolve(folder, path);
  const { etcd: endpoints, authority, certificate, key, snapshot } = shape;
  const files = { authority: pathOf(authority), certificate: pathOf(certificate), key: pathOf(key) };
  return { kind: "etcd", endpoints, ...files, snapshot: pathOf(snapshot) };
}

function publicationOf(service: string, shape: PublicationShape, folder: string): PublicationConfig {
  const { target, unix, allow, deny, weight, priority, tags, affinity } = shape;
  return {
    service,
    target: unix === undefined ? { kind: "tcp", destination: target! } : { kind: "unix", path: resolve(folder, unix) },
    targetText: unix === undefined ? destinationText(target!) : resolve(folder, unix),
    port: shape.port ?? target?.port ?? PORT_OF_SOCKET,
    allow,
    deny,
    weight,
    priority,
    tags,
    affinity,
    tableSize: shape.tableSize ?? 0,
    boundedLoad: Math.round(100 * (shape.boundedLoad ?? 0)),
    health: checkOf(shape.health, folder),
    proxyProtocol: shape.proxyProtocol !== undefined,
  };
}

/** How a target is checked that says no more than `health: tcp`, or nothing. */
const TCP_CHECK: CheckConfig = { kind: "tcp", timeoutMs: CHECK_TIMEOUT_MS, times: HEALTH_TIMES };

function checkOf(shape: PublicationShape["health"], folder: string): CheckConfig | undefined {
  if (shape === "none") return undefined;
  if (shape === "tcp") return TCP_CHECK;
  const { interval, timeout, rise, fall } = shape;
  const common = { timeoutMs: 1000 * timeout, times: { intervalMs: 1000 * interval, rise, fall } };
  return { ...common, ...probeOf(shape, folder) };
}

function probeOf({ http, status, command }: CheckShape, folder: string): ProbeConfig {
  if (command !== undefined) {
    const [program = "", ...args] = command;
    return { kind: "command", command: [program.includes("/") ? resolve(folder, program) : program, ...args] };
  }
  if (http === undefined) return { kind: "tcp" };
  return { kind: "http", path: http, statuses: status === undefined ? undefined : [status].flat() };
}
