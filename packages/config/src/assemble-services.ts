import { resolve } from "node:path";
import { type ConfigPath, pathText, plainText } from "./config-issue.ts";
import { reportShapeIssues } from "./shape-issues.ts";
import { HEALTH_TIMES, labelsError, protocolOfName } from "@flor/service";
import { destinationText } from "@flor/wire";
import type {
  CheckConfig,
  ProbeConfig,
  PublicationConfig,
  RegistryConfig,
  ServicesConfig,
  TrustConfig,
} from "./config.ts";
import {
  type CheckShape,
  publicationError,
  publicationSchema,
  type PublicationShape,
  type ServicesShape,
} from "./services-schema.ts";

/** A socket has no port that clients could name: that of the web. */
const PORT_OF_SOCKET = 80;
const CHECK_TIMEOUT_MS = 1000;

/** Makes `services` of a file that passed every check; relative paths start at `folder`. */
export function assembleServices(shape: ServicesShape, folder: string): ServicesConfig {
  const { network, zone = "", trust, others, publish } = shape;
  return {
    network,
    zone,
    trust: trustOf(trust),
    others: Object.entries(others).map(([name, other]) => ({ network: name, trust: trustOf(other.trust) })),
    registry: registryOf(shape.registry, folder),
    publish: Object.entries(publish).map(([name, one]) => publicationOf(name, one, folder)),
  };
}

function trustOf(trust: ServicesShape["trust"]): TrustConfig {
  return Object.entries(trust).map(([names, by]) => ({ names, by }));
}

/**
 * Reads what somebody wants to publish at run time, in the words of the file; the problem says all that is wrong.
 *
 * @param name `db`, or `dns/udp`
 */
export function parsePublication(
  name: string,
  value: unknown,
  folder: string,
): { readonly config: PublicationConfig } | { readonly problem: string } {
  const wrong = labelsError(protocolOfName(name).name);
  if (wrong !== undefined) return { problem: wrong };
  const parsed = publicationSchema.safeParse(value);
  if (!parsed.success) {
    const problems: string[] = [];
    const report = (path: ConfigPath, message: string): void =>
      void problems.push(plainText(`${pathText([name, ...path])} ${message}`));
    reportShapeIssues(parsed.error.issues, value, report);
    return { problem: problems.join("; ") };
  }
  const unfit = publicationError(name, parsed.data);
  if (unfit !== undefined) return { problem: `${name} ${unfit}` };
  return { config: publicationOf(name.toLowerCase(), parsed.data, folder) };
}

function registryOf(shape: ServicesShape["registry"], folder: string): RegistryConfig {
  if (shape === "flood") return { kind: "flood" };
  if ("file" in shape) return { kind: "file", file: resolve(folder, shape.file) };
  const pathOf = (path: string | undefined): string | undefined => path && resolve(folder, path);
  const { etcd: endpoints, authority, certificate, key, snapshot } = shape;
  const files = { authority: pathOf(authority), certificate: pathOf(certificate), key: pathOf(key) };
  return { kind: "etcd", endpoints, ...files, snapshot: pathOf(snapshot) };
}

function publicationOf(full: string, shape: PublicationShape, folder: string): PublicationConfig {
  const { allow, deny, weight, priority, tags, affinity } = shape;
  const { name: service, protocol } = protocolOfName(full);
  return {
    service,
    protocol,
    ...targetOf(shape, protocol, folder),
    port: shape.port ?? shape.target?.port ?? PORT_OF_SOCKET,
    allow,
    deny,
    weight,
    priority,
    tags,
    affinity,
    tableSize: shape.tableSize ?? 0,
    boundedLoad: Math.round(100 * (shape.boundedLoad ?? 0)),
    health: checkOf(shape.health ?? (isConnectedTo(shape, protocol) ? "tcp" : "none"), folder),
    proxyProtocol: shape.proxyProtocol !== undefined,
  };
}

function targetOf(
  { target, unix, service }: PublicationShape,
  protocol: PublicationConfig["protocol"],
  folder: string,
): Pick<PublicationConfig, "target" | "targetText"> {
  if (service !== undefined) return { target: { kind: "service", name: service }, targetText: service };
  if (unix !== undefined) {
    const path = resolve(folder, unix);
    return { target: { kind: "unix", path }, targetText: path };
  }
  const destination = target!;
  return { target: { kind: protocol, destination }, targetText: destinationText(destination) };
}

/** Whether a connection tells that the target is there. */
function isConnectedTo({ service }: PublicationShape, protocol: PublicationConfig["protocol"]): boolean {
  return protocol === "tcp" && service === undefined;
}

/** How a target is checked that says no more than `health: tcp`, or nothing. */
const TCP_CHECK: CheckConfig = { kind: "tcp", timeoutMs: CHECK_TIMEOUT_MS, times: HEALTH_TIMES };

function checkOf(shape: NonNullable<PublicationShape["health"]>, folder: string): CheckConfig | undefined {
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
