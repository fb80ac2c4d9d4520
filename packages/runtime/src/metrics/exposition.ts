import type { NodeStatus } from "@flor/node";
import { Counter, Gauge, Registry } from "prom-client";
import type { Metric } from "./metric.ts";
import { NODE_METRICS } from "./node-metrics.ts";

/** Text of Prometheus, version 0.0.4; or of OpenMetrics, version 1.0.0. */
export type ExpositionFormat = "prometheus" | "openmetrics";

/** A text, and the HTTP content type that says what it is. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/**
 * All metrics of a node, as a monitoring system reads them. The registry lives as long as the text is made: nothing is
 * held twice, and what is gone from the node is gone here.
 */
export async function expositionOf(status: NodeStatus, format: ExpositionFormat): Promise<Exposition> {
  const registry = format === "openmetrics" ? newOpenMetrics() : new Registry();
  for (const metric of NODE_METRICS) addTo(registry, metric, status);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function newOpenMetrics(): Registry {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as unknown as Registry["contentType"]);
  return registry;
}

function addTo(registry: Registry, { name, type, help, labels, read }: Metric, status: NodeStatus): void {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === "counter") {
    const counter = new Counter(options);
    for (const sample of read(status)) counter.inc(sample.labels, sample.value);
  } else {
    const gauge = new Gauge(options);
    for (const sample of read(status)) gauge.set(sample.labels, sample.value);
  }
}
