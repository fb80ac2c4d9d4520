/** The metrics of services: what flows from here came to, and what this node publishes. */
import type { BackendStatus, FoundService, NodeStatus, PublishedService } from "@flor/node";
import { byName, flag, type Metric, type Sample } from "./metric.ts";

const SERVICE = ["service"];
const BACKEND = ["service", "publisher"];

/** In the order of docs/metrics.md. */
export const SERVICE_METRICS: readonly Metric[] = [
  used("counter", "flor_service_opened_total", "Flows from here that a publisher took", ({ opened }) => opened),
  used("counter", "flor_service_retries_total", "Publishers asked after another one refused", ({ retries }) => retries),
  used(
    "counter",
    "flor_service_tromboned_total",
    "Flows from here that were passed on to another network",
    ({ tromboned }) => tromboned,
  ),
  {
    name: "flor_service_failed_total",
    type: "counter",
    help: "Flows from here that no publisher took",
    labels: ["service", "cause"],
    read: (status) => foundIn(status).flatMap(({ name, use }) => byName("cause", use?.failed ?? {}, { service: name })),
  },
  used("gauge", "flor_service_panic", "1 while most of the weight is gone and health is not believed", (use) =>
    flag(use.isPanicking),
  ),
  backend("gauge", "flor_service_backend_up", "1 while new flows may go to the publisher", ({ verdict }) =>
    flag(verdict === "taken"),
  ),
  backend("gauge", "flor_service_backend_flows_open", "Flows from here open at the publisher", (one) => one.openFlows),
  backend(
    "counter",
    "flor_service_backend_opened_total",
    "Flows from here opened at the publisher",
    (one) => one.opens,
  ),
  backend(
    "counter",
    "flor_service_backend_failures_total",
    "Opens that failed at the publisher",
    (one) => one.failures,
  ),
  backend(
    "counter",
    "flor_service_backend_ejections_total",
    "Times that the publisher was left out for failures",
    (one) => one.ejections,
  ),
  published("gauge", "flor_published_up", "1 while a service of this node takes flows", ({ state }) =>
    flag(state === "up"),
  ),
  published("gauge", "flor_published_flows_open", "Flows open at a service of this node", (one) => one.openFlows),
  published("counter", "flor_published_opened_total", "Flows that a service of this node took", (one) => one.opened),
  published(
    "counter",
    "flor_published_refused_total",
    "Flows that the rules of a service refused",
    (one) => one.refused,
  ),
  {
    name: "flor_service_bad_records_total",
    type: "counter",
    help: "Records of others that were invalid, or too many",
    labels: [],
    read: ({ services }) => (services === undefined ? [] : [{ labels: {}, value: services.badRecords }]),
  },
];

function foundIn({ services }: NodeStatus): readonly FoundService[] {
  return services?.found.filter(({ use }) => use !== undefined) ?? [];
}

function used(
  type: Metric["type"],
  name: Metric["name"],
  help: string,
  value: (use: NonNullable<FoundService["use"]>) => number,
): Metric {
  const read = (status: NodeStatus): readonly Sample[] =>
    foundIn(status).map((found) => ({ labels: { service: found.name }, value: value(found.use!) }));
  return { name, type, help, labels: SERVICE, read };
}

function backend(
  type: Metric["type"],
  name: Metric["name"],
  help: string,
  value: (backend: BackendStatus) => number,
): Metric {
  const read = (status: NodeStatus): readonly Sample[] =>
    foundIn(status).flatMap((found) =>
      found.use!.backends.map((one) => ({ labels: { service: found.name, publisher: one.node }, value: value(one) })),
    );
  return { name, type, help, labels: BACKEND, read };
}

function published(
  type: Metric["type"],
  name: Metric["name"],
  help: string,
  value: (service: PublishedService) => number,
): Metric {
  const read = ({ services }: NodeStatus): readonly Sample[] =>
    (services?.published ?? []).map((one) => ({ labels: { service: one.name }, value: value(one) }));
  return { name, type, help, labels: SERVICE, read };
}
