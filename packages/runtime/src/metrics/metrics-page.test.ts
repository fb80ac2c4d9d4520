import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { NODE_METRICS } from "./node-metrics.ts";

function text(path: string): string {
  return readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");
}

const page = text("docs/metrics.md");
const alerts = text("packaging/prometheus/alerts.yml");
const names = new Set<string>(NODE_METRICS.map(({ name }) => name));

function named(where: string): ReadonlySet<string> {
  return new Set(where.match(/\bflor_[a-z_]+[a-z]/g));
}

it("the page has every metric, with its kind, labels and words, in the order of the table", () => {
  const rows = [...page.matchAll(/^\| `(flor_\w+)` +\| (\w+) +\| (.*?) *\| (.*?) *\|$/gm)].map((row) => row.slice(1));
  const expected = NODE_METRICS.map(({ name, type, labels, help }) => [
    name,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
  expect(rows).toEqual(expected);
});

it("no name is given twice, and counters alone end in _total", () => {
  expect(names.size).toBe(NODE_METRICS.length);
  for (const { name, type } of NODE_METRICS)
    expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
});

it("alerts and dashboard ask only for metrics that there are, and the page explains every alert", () => {
  for (const file of ["packaging/prometheus/alerts.yml", "packaging/grafana/flor.json", "docs/metrics.md"])
    expect([...named(text(file))].filter((name) => !names.has(name))).toEqual([]);
  const alertNames = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
  expect(alertNames.length).toBeGreaterThan(10);
  expect(alertNames.filter((name) => !page.includes(`| \`${name}\``))).toEqual([]);
});

it("the dashboard is whole: every panel has a place and a question", () => {
  interface Panel {
    readonly type: string;
    readonly title: string;
    readonly gridPos: object;
    readonly targets?: readonly { readonly expr: string }[];
  }
  const { panels } = JSON.parse(text("packaging/grafana/flor.json")) as { readonly panels: readonly Panel[] };
  expect(panels.length).toBeGreaterThan(10);
  for (const { type, title, gridPos, targets } of panels)
    expect([
      title,
      Object.keys(gridPos).length,
      type === "row" || (targets ?? []).every(({ expr }) => expr !== ""),
    ]).toEqual([title, 4, true]);
});
