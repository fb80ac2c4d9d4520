import { expect, it } from "vitest";
import { wantedFormat } from "./wanted-format.ts";

it.each([
  [undefined, "prometheus"],
  ["", "prometheus"],
  ["*/*", "prometheus"],
  ["text/html,application/xhtml+xml,*/*;q=0.8", "prometheus"],
  ["text/plain;version=0.0.4", "prometheus"],
  ["application/openmetrics-text; version=1.0.0", "openmetrics"],
  ["Application/OpenMetrics-Text", "openmetrics"],
  // What Prometheus 2 sends.
  [
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "openmetrics",
  ],
  ["text/plain, application/openmetrics-text;q=0.5", "prometheus"],
  ["application/openmetrics-text;q=0", "prometheus"],
  ["application/openmetrics-text;q=rubbish", "prometheus"],
])("a client that accepts %j gets %s", (accept, format) => {
  expect(wantedFormat(accept)).toBe(format);
});
